// SPDX-License-Identifier: BSD-2-Clause
/** A system that was booted and checked: its checks on a time line, why it ended, its console, its input files. */
import type { RunEntry } from '../data.js';
import { Checks } from './checks-view.js';
import { ConsoleView } from './console-view.js';
import { bytes, Command, Facts, Mark, Section } from './parts.js';
import { addressOf, type Place } from './place.js';

const faults: Record<string, string> = {
  product: 'the product: the image that ran on the machine',
  usage: 'the command: the request cannot be fulfilled',
  infrastructure: 'the infrastructure: QEMU, a board, a disk, a network',
  harness: 'a bug of vmm-harness',
};

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

/** The console, and a choice where the machine has several serial lines. */
function Consoles({ entry, place }: { entry: RunEntry; place: Place }) {
  const { ports = [], console: lines, consoleSkipped: skipped } = entry;
  const own = { name: 'console', lines, skipped };
  // A failure is what the user is looking for.
  const failed = entry.checks.find(({ outcome }) => outcome === 'fail' || outcome === 'error');
  const port = place.port ?? (place.line === undefined ? failed?.port : undefined);
  const shown = ports.find(({ name }) => name === port) ?? own;
  if (lines.length === 0 && ports.length === 0) return null;
  return (
    <Section title={ports.length === 0 ? 'Console' : `Console: ${shown.name}`}>
      {ports.length === 0 ? null : (
        <nav aria-label="serial lines" class="filters">
          {[own, ...ports].map(({ name }) => (
            <a
              key={name}
              href={addressOf({ entry: place.entry, port: name })}
              aria-current={name === shown.name}
            >
              {name}
            </a>
          ))}
        </nav>
      )}
      <ConsoleView key={shown.name} {...shown} line={place.line} lastLine={place.lastLine} />
    </Section>
  );
}

export function RunView({ entry, place }: { entry: RunEntry; place: Place }) {
  const { board, sdk, config, vcpus, target, started } = entry;
  return (
    <article>
      <h2>
        <Mark outcome={entry.outcome} /> {entry.name}
      </h2>
      <Failure entry={entry} />
      {entry.checks.length > 0 ? (
        <Section title="Checks">
          <Checks entry={entry} index={place.entry ?? 0} />
        </Section>
      ) : null}
      <Section title="Repeat">
        <Command text={entry.repeat} />
      </Section>
      <Consoles entry={entry} place={place} />
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
