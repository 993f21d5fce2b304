// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import {
  noPermission,
  openDevice,
  openError,
} from '../../../../../harness/machine/board/serial/device-port.js';
import {
  bytesPerSecond,
  defaultSettings,
  settingsText,
} from '../../../../../harness/machine/board/serial/settings.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

const groups = 'root:x:0:\ndialout:x:20:alice\n';

test('without permission the error names the group to join, and how', () => {
  const error = noPermission('/dev/ttyUSB0', { gid: 20, mode: 0o20660 }, groups, 'bob');
  assert.is(error.explain().split('\n')[0], '/dev/ttyUSB0: user bob may not use this port');
  assert.is(error.detail.got, 'it belongs to group dialout, mode 660');
  assert.is(error.detail.wayOut, 'sudo adduser bob dialout, then log in again');
  assert.is(error.exitCode, 3);
});

test('a group that may not use the port either is not suggested', () => {
  const error = noPermission('/dev/ttyS0', { gid: 20, mode: 0o20600 }, groups, 'bob');
  assert.match(error.detail.wayOut ?? '', /udev rule/);
});

test('a port that does not exist is an infrastructure error', async () => {
  const error = await refusal(openDevice('/dev/serial/by-id/usb-none', defaultSettings));
  assert.equal([error.message, error.exitCode], ['the serial port does not exist', 3]);
});

test('a file, a folder and a device that is not a terminal are usage errors', async () => {
  assert.is((await refusal(openDevice('/etc/passwd', defaultSettings))).detail.got, 'a file');
  assert.is((await refusal(openDevice('/tmp', defaultSettings))).detail.got, 'a folder');
  assert.is((await refusal(openDevice('/dev/null', defaultSettings))).exitCode, 2);
});

test('an unknown error keeps its own message', () => {
  assert.is(openError('/dev/ttyS0', new Error('Error: wet cable')).detail.got, 'wet cable');
});

test('settings are shown in the usual form, and their rate counts the framing bits', () => {
  assert.is(settingsText(defaultSettings), '115200 8N1');
  assert.is(settingsText({ ...defaultSettings, dataBits: 7, parity: 'even', stopBits: 2 }), '115200 7E2');
  assert.is(bytesPerSecond(defaultSettings), 11_520);
});

run();
