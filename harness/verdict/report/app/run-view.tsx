// SPDX-License-Identifier: BSD-2-Clause
/** A system that was booted and checked: its checks on a time line, why it ended, its console, its input files. */
import type { CheckEntry, RunEntry } from '../data.js';
import { ConsoleView } from './console-view.js';
import { bytes, Command, duration, Facts, Mark, Section } from './parts.js';
import { addressOf } from './place.js';

const faults: Record<string, string> = {
  product: 'the product: the image that ran on the machine',
  usage: 'the command: the request cannot be fulfilled',
  infrastructure: 'the infrastructure: QEMU, a board, a disk, a network',
  harness: 'a bug of vmm-harness',
};

/** A check on the common time line; a boot is divided into its phases. */
function Bar({ check, begin, total }: { check: CheckEntry; begin: number; total: number }) {
  const percent = (ms: number) => `${((ms / total) * 100).toFixed(2)}%`;
  let at = begin;
  return (
    <div class="bar">
      {(check.phases ?? [{ name: check.name, ms: check.ms }]).map(({ name, ms }) => {
        const left = percent(at);
        at += ms;
        return (
          <div
            key={name}
            class="part"
            title={`${name}: ${duration(ms)}`}
            style={`left:${left};width:${percent(ms)}`}
          />
        );
      })}
    </div>
  );
}

function Checks({ entry, index }: { entry: RunEntry; index: number }) {
  const total = Math.max(
    1,
    entry.checks.reduce((sum, { ms }) => sum + ms, 0),
  );
  let begin = 0;
  const row = (check: CheckEntry) => {
    const from = begin;
    begin += check.ms;
    const failed = check.outcome === 'fail' || check.outcome === 'error';
    return (
      <tr key={check.name} class={failed ? 'failed' : ''}>
        <td>
          <Mark outcome={check.outcome} />
        </td>
        <td>
          {check.name}
          {check.attempts === undefined ? null : <span class="slow"> attempt {check.attempts}</span>}
          {failed && check.expected !== undefined ? (
            <div class="detail">expected: {check.expected}</div>
          ) : null}
          <div class="detail">
            {failed ? 'got: ' : ''}
            {check.got}
          </div>
          {check.phases === undefined ? null : (
            <div class="detail">
              {check.phases.map(({ name, ms }) => `${name} ${duration(ms)}`).join(', then ')}
            </div>
          )}
          {check.source === undefined ? null : <div class="detail">{check.source}</div>}
        </td>
        <td class="time" aria-hidden="true">
          <Bar check={check} begin={from} total={total} />
        </td>
        <td class="number">{check.outcome === 'not run' ? '' : duration(check.ms)}</td>
        <td>
          {check.line === undefined ? null : (
            <a href={addressOf({ entry: index, line: check.line })}>line {check.line}</a>
          )}
        </td>
      </tr>
    );
  };
  return (
    <table class="checks">
      <thead>
        <tr>
          <th>outcome</th>
          <th>check</th>
          <th>time line</th>
          <th class="number">time</th>
          <th>console</th>
        </tr>
      </thead>
      <tbody>{entry.checks.map(row)}</tbody>
    </table>
  );
}

/** Why it did not pass, and whose fault that is. */
function Failure({ entry: { error, checks } }: { entry: RunEntry }) {
  const failed = checks.filter(({ outcome }) => outcome === 'fail').map(({ name }) => name);
  if (error === undefined)
    return failed.length === 0 ? null : (
      <div class="failure">
        <strong>{failed.join(', ')}</strong>
        <Facts pairs={[['whose fault', faults.product]]} />
      </div>
    );
  return (
    <div class="failure">
      <strong>{error.message}</strong>
      <Facts
        pairs={[
          ['where', error.where],
          ['expected', error.expected],
          ['got', error.got],
          ['way out', error.wayOut],
          ['whose fault', faults[error.fault] ?? error.fault],
        ]}
      />
    </div>
  );
}

function Files({ entry }: { entry: RunEntry }) {
  return (
    <table class="files">
      <tbody>
        {entry.files.map(({ role, path, sha256, size }) => (
          <tr key={role}>
            <th>{role}</th>
            <td title={path}>{path.slice(path.lastIndexOf('/') + 1)}</td>
            <td class="number">{bytes(size)}</td>
            <td>
              <code title={sha256}>{sha256.slice(0, 16)}…</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function RunView({
  entry,
  index,
  line,
}: {
  entry: RunEntry;
  index: number;
  line: number | undefined;
}) {
  const { board, sdk, config, vcpus, target, started } = entry;
  return (
    <article>
      <h2>
        <Mark outcome={entry.outcome} /> {entry.name}
      </h2>
      <Failure entry={entry} />
      {entry.checks.length > 0 ? (
        <Section title="Checks">
          <Checks entry={entry} index={index} />
        </Section>
      ) : null}
      <Section title="Repeat">
        <Command text={entry.repeat} />
      </Section>
      {entry.console.length > 0 ? (
        <Section title="Console">
          <ConsoleView lines={entry.console} skipped={entry.consoleSkipped} line={line} />
        </Section>
      ) : null}
      {entry.picture === undefined ? null : (
        <Section title="System">
          <div class="picture">
            <img
              alt="The system: its protection domains and address spaces"
              src={`data:image/svg+xml,${encodeURIComponent(entry.picture)}`}
            />
          </div>
        </Section>
      )}
      {entry.files.length > 0 ? (
        <Section title="Made from">
          <Files entry={entry} />
        </Section>
      ) : null}
      <Section title="Machine">
        <Facts
          pairs={[
            ['board', board],
            ['SDK', sdk],
            ['configuration', config],
            ['vCPUs', vcpus > 0 ? String(vcpus) : undefined],
            ['target', target],
            ['started', started],
            ...Object.entries(entry.facts),
          ]}
        />
      </Section>
    </article>
  );
}
