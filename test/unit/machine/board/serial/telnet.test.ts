// SPDX-License-Identifier: BSD-2-Clause
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { portAddress } from '../../../../../harness/machine/board/serial/address.js';
import {
  encodeTelnet,
  subBytes,
  TelnetDecoder,
  verbBytes,
  verbs,
} from '../../../../../harness/machine/board/serial/telnet.js';
import { run, test } from '../../../../support/test.js';

/** The output of a decoder for a stream that arrives in these pieces. */
function decoded(pieces: readonly Buffer[]) {
  const commands: string[] = [];
  const decoder = new TelnetDecoder({
    onVerb: (verb, option) => commands.push(`${verb} ${option}`),
    onSub: (bytes) => commands.push(bytes.join(' ')),
  });
  const data = Buffer.concat(pieces.map((piece) => decoder.decode(piece)));
  return { data: data.toString('hex'), commands };
}

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));

test('encoded bytes are decoded again, in whatever pieces they arrive, with commands in between', () => {
  fc.assert(
    fc.property(
      bytes,
      bytes,
      fc.uint8Array({ minLength: 1, maxLength: 20 }),
      fc.nat(200),
      (one, two, sub, cut) => {
        const stream = Buffer.concat([
          encodeTelnet(one),
          verbBytes(verbs.will, 44),
          subBytes([...sub]),
          encodeTelnet(two),
        ]);
        const whole = {
          data: Buffer.concat([one, two]).toString('hex'),
          commands: ['251 44', [...sub].join(' ')],
        };
        assert.equal(decoded([stream]), whole);
        assert.equal(decoded([stream.subarray(0, cut), stream.subarray(cut)]), whole);
        assert.equal(decoded([...stream].map((byte) => Buffer.from([byte]))), whole);
      },
    ),
  );
});

test('of an endless subnegotiation only a bounded part is kept', () => {
  let kept = 0;
  const decoder = new TelnetDecoder({
    onVerb: () => {},
    onSub: (sub) => {
      kept = sub.length;
    },
  });
  decoder.decode(Buffer.from([255, 250, 44]));
  assert.is(decoder.decode(Buffer.alloc(1_000_000, 7)).length, 0);
  decoder.decode(Buffer.from([255, 240]));
  assert.is(kept, 64);
});

test('the port of a lab file is a device, a server or a command; anything else with a colon is invalid', () => {
  assert.equal(portAddress('/dev/ttyUSB0'), { kind: 'device', path: '/dev/ttyUSB0' });
  assert.equal(portAddress('tcp:lab:4001'), { kind: 'tcp', host: 'lab', port: 4001 });
  assert.equal(portAddress('rfc2217://[fe80::1]:4001'), { kind: 'rfc2217', host: 'fe80::1', port: 4001 });
  assert.equal(portAddress('exec: ssh lab -t picocom /dev/ttyUSB0'), {
    kind: 'exec',
    command: 'ssh lab -t picocom /dev/ttyUSB0',
  });
  for (const wrong of [
    'tcp:lab',
    'tcp:lab:0',
    'tcp:lab:70000',
    'rfc2217:lab:x',
    'telnet:lab:23',
    'exec:',
    'tcp:a b:1',
  ])
    assert.is(portAddress(wrong), undefined, wrong);
});

run();
