// SPDX-License-Identifier: BSD-2-Clause
/** WFI and the like (Arm ARM, D1.7.1): a vCPU that waits wakes with an interrupt, or when its timer is due. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { write } from './distributor.js';
import { guest, last, now, running, smc, timer, timerOff, wait } from './vcpus.js';

test('a vCPU that waits for its timer can run while another computes', () => {
  const lines = [...guest(2), timer(1, 1000), wait(1)];
  assert.equal(last(1, ...lines, running), ['0 1']);
});

test('a vCPU that waits without a timer does not run until an interrupt arrives, then continues after its WFI', () => {
  const lines = [...guest(2), timerOff(1), wait(1)];
  assert.equal(last(2, ...lines, running), ['hold +0 -1', '0']);
  const sgi = [write(0x000, 1), write(0xf00, 0x0002_0003)];
  assert.equal(last(2, ...lines, ...sgi, running), ['1:0=3,0,0', '0 1']);
  assert.equal(
    last(1, ...lines, ...sgi, running, wait(1)),
    ['resume +4'],
    'with an interrupt a WFI is no wait',
  );
});

test('a masked timer does not end a wait', () => {
  assert.equal(last(1, ...guest(2), timer(1, 1000, 3), wait(1)), ['hold +0 -1']);
});

test('a vCPU that polls stays at its WFI until its timer is due', () => {
  const lines = [...guest(1), timer(0, 1000), wait(0)];
  assert.equal(last(1, ...lines), ['resume +0']);
  assert.equal(last(1, ...lines, now(999), wait(0)), ['resume +0']);
  assert.equal(last(1, ...lines, now(1000), wait(0)), ['resume +4']);
  assert.equal(last(2, ...lines, now(1000), 'vppi 0', running), ['resume +4', '0']);
});

test('vCPUs that compute run before the one that polls', () => {
  assert.equal(last(1, ...guest(3), timer(1, 1000), wait(1)), ['hold +0 +1 -0 +0 -2 +2']);
});

test('of several vCPUs that wait for a timer the first to be due polls; when it is woken the next one does', () => {
  const lines = [...guest(3), timer(1, 1000), timer(2, 2000), wait(1)];
  assert.equal(last(2, ...lines, wait(2), running), ['hold +0 -2', '0 1']);
  assert.equal(last(2, ...lines, wait(2), now(1000), wait(1), running), ['resume +4 +2', '0 1 2']);
  const third = [...lines, wait(2), now(1000), wait(1), now(2000), wait(2)];
  assert.equal(last(2, ...third, running), ['resume +4', '0 1 2']);
});

test('when an interrupt ends the wait of the polling vCPU, another one polls', () => {
  const lines = [...guest(3), timer(1, 1000), timer(2, 2000), wait(1), wait(2), write(0x000, 1)];
  assert.equal(last(2, ...lines, 'inject 1 14', running)[1], '0 1');
  const injected = [...lines, write(0x100, 1 << 20, 1), 'inject 1 14'];
  assert.equal(last(2, ...injected, running), ['true 1:0=20,0,0', '0 1 2']);
});

test('any exit wakes the vCPUs whose timer is due', () => {
  const lines = [...guest(3), timer(1, 1000), timer(2, 1000), wait(1), wait(2), now(1000)];
  assert.equal(last(2, ...lines, smc(0, 0x8400_0000), running), ['resume +4 +1 +2 x0=65537', '0 1 2']);
});

test('WFE, WFIT and WFET complete at once', () => {
  for (const ti of [1, 2, 3]) assert.equal(last(1, ...guest(2), timerOff(1), wait(1, ti)), ['resume +4']);
});

test('CPU_SUSPEND waits as WFI and returns SUCCESS', () => {
  for (const id of [0x8400_0001, 0xc400_0001]) {
    const suspend = smc(1, id, 0, 0, 0);
    assert.equal(last(1, ...guest(2), timerOff(1), suspend), ['hold +0 -1 x0=0']);
    assert.equal(last(3, ...guest(1), timer(0, 1000), smc(0, id), now(1000), 'vppi 0'), [
      'resume +0 x0=0',
      '',
      'resume +4',
    ]);
  }
});

test('CPU_SUSPEND for powerdown waits likewise, unless its entry point or state is invalid', () => {
  const powerdown = 1 << 16;
  const suspend = (state: number, address: number) => smc(1, 0xc400_0001, state, address, 0);
  const answer = (line: string) => last(1, ...guest(2), timerOff(1), line);
  assert.equal(answer(suspend(powerdown, 0x4000_0000)), ['hold +0 -1 x0=0']);
  assert.equal(answer(suspend(powerdown, 0x4000_0002)), ['resume +4 x0=-9']);
  assert.equal(answer(suspend(powerdown, 0)), ['resume +4 x0=-9']);
  assert.equal(answer(suspend(1 << 17, 0)), ['resume +4 x0=-2']);
  assert.equal(last(1, ...guest(1), smc(0, 0x8400_000a, 0xc400_0001)), ['resume +4 x0=0']);
});

test('whatever the order of their timers: the first to be due polls, and wakes when it is due', () => {
  const orders = [
    [1, 2, 3],
    [1, 3, 2],
    [2, 1, 3],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 1],
  ];
  for (const order of orders) {
    const timers = order.map((place, index) => timer(index + 1, place * 1000));
    const lines = [...guest(4), ...timers, wait(1), wait(2), wait(3)];
    const due = (place: number) => order.indexOf(place) + 1;
    const runs = (vcpu: number, why: string, ...more: string[]) =>
      assert.ok(
        last(1, ...lines, ...more, running)[0]
          ?.split(' ')
          .includes(`${vcpu}`),
        `${order.join()}: ${why}`,
      );
    const exit = smc(0, 0x8400_0000);
    runs(due(1), 'the first polls');
    runs(due(2), 'the second polls', now(1000), exit);
    runs(due(3), 'the third polls', now(1000), exit, now(2000), exit);
    // Each continues after its WFI once it is due, and not before.
    const moved = (vcpu: number, time: number) =>
      last(1, ...lines, now(time), exit, wait(vcpu))[0]?.includes('+4');
    assert.not.ok(moved(due(1), 999), order.join());
    assert.equal(
      [due(1), due(2), due(3)].map((vcpu) => moved(vcpu, 3000)),
      [true, true, true],
      order.join(),
    );
  }
});

test('an injection that ends the wait of one of two vCPUs lets the other poll', () => {
  const lines = [...guest(2), timer(0, 2000), timer(1, 1000), wait(1), wait(0), write(0x000, 1)];
  const injected = [...lines, write(0x100, 1 << 20, 1), 'inject 1 14'];
  assert.equal(last(1, ...lines, running), ['1']);
  assert.equal(last(1, ...injected, running), ['0 1']);
});

run();
