// SPDX-License-Identifier: BSD-2-Clause
/** The checks of a run, and the tests of the user's files: outcome, finding, time line, part of the console. */
import type { CheckEntry, RunEntry } from '../data.js';
import { duration, Mark } from './parts.js';
import { addressOf } from './place.js';

/** A link to the part of a console that is the check's own. */
function Lines({ check, line, index }: { check: CheckEntry; line: number; index: number }) {
  const { lastLine, port } = check;
  const several = lastLine !== undefined && lastLine > line;
  const words = several ? `lines ${line} to ${lastLine}` : `line ${line}`;
  const place = { entry: index, port, line, lastLine: several ? lastLine : undefined };
  return (
    <a href={addressOf(place)}>
      {words}
      {port === undefined ? '' : ` of ${port}`}
    </a>
  );
}

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

export function Checks({ entry, index }: { entry: RunEntry; index: number }) {
  const total = Math.max(
    1,
    entry.checks.reduce((sum, { ms }) => sum + ms, 0),
  );
  let begin = 0;
  let group: string | undefined;
  /** A heading where the tests of a file begin. */
  const heading = ({ file }: CheckEntry) => {
    if (file === group) return null;
    group = file;
    return file === undefined ? null : (
      <tr key={`file ${file}`} class="group">
        <th colSpan={5} scope="rowgroup">
          {file}
        </th>
      </tr>
    );
  };
  const row = (check: CheckEntry) => {
    const from = begin;
    begin += check.ms;
    const failed = check.outcome === 'fail' || check.outcome === 'error';
    return (
      <tr key={`${check.file ?? ''} ${check.name}`} class={failed ? 'failed' : ''}>
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
        <td>{check.line === undefined ? null : <Lines check={check} line={check.line} index={index} />}</td>
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
      <tbody>{entry.checks.flatMap((check) => [heading(check), row(check)])}</tbody>
    </table>
  );
}
