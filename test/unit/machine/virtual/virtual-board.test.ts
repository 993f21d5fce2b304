// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { virtualBoardArguments } from '../../../../harness/machine/virtual/virtual-board.js';
import { qemuBoard } from '../../../support/fake-guest.js';
import { run, test } from '../../../support/test.js';

const netdev = (more: { openNetwork?: boolean }) =>
  virtualBoardArguments({ board: qemuBoard, tftpRoot: '/runs/a,b', ...more }, '/tmp/x').find((word) =>
    word.startsWith('user,'),
  );

test('a virtual board reaches only its own DHCP and TFTP server, unless the lab file opens its network', () => {
  assert.is(netdev({}), 'user,id=net,restrict=on,tftp=/runs/a,,b');
  assert.is(netdev({ openNetwork: true }), 'user,id=net,restrict=off,tftp=/runs/a,,b');
});

run();
