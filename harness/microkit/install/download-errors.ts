// SPDX-License-Identifier: BSD-2-Clause
/** Explains the faults of a download. */
import { HarnessError } from '../../base/error.js';

/** A fault that may not recur at the next try. */
class PassingError extends HarnessError {}

export function isPassing(error: unknown): error is HarnessError {
  return error instanceof PassingError;
}

/** The way out without a network, for the last line of an error. */
function byHand(url: string): string {
  const file = url.slice(url.lastIndexOf('/') + 1);
  const proxy = process.env.HTTPS_PROXY ?? process.env.https_proxy;
  const hint = proxy === undefined ? '' : ' (HTTPS_PROXY is set, but this command uses no proxy)';
  return `download ${url} by other means${hint}, then: vmm-harness sdk install ./${file}`;
}

/** Explanations by the error code of the socket or the resolver. */
const causes: Record<string, string> = {
  ENOTFOUND: 'no network, or an unknown host: the name cannot be resolved',
  EAI_AGAIN: 'no network: the name service does not answer',
  ECONNREFUSED: 'the host refuses the connection',
  ENETUNREACH: 'no network: there is no route to the host',
  EHOSTUNREACH: 'there is no route to the host',
  ETIMEDOUT: 'the host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  EPROTO: 'the host does not speak TLS',
};

/** Error codes of a connection that was established and then broke. */
const broken = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'];
const diskCodes = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'EFBIG'];

function codeOf(error: unknown): string | undefined {
  const { code, cause } = error as { code?: string; cause?: unknown };
  return cause === undefined ? code : (codeOf(cause) ?? code);
}

function causeText(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  if (cause instanceof AggregateError && cause.message === '') return String(cause.errors[0]);
  return cause instanceof Error ? cause.message : String(error);
}

/** Explains whatever `fetch` or a stream threw. A HarnessError and a fault of the disk pass through. */
export function unreachable(url: string, error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof HarnessError || (code !== undefined && diskCodes.includes(code))) return error;
  if (code === undefined ? error instanceof TypeError : broken.includes(code))
    return cutOff(url, causeText(error), error);
  const why = code === undefined ? undefined : causes[code];
  return new HarnessError('infrastructure', why ?? 'the archive cannot be fetched', {
    where: url,
    got: causeText(error),
    wayOut: byHand(url),
    cause: error,
  });
}

/** The error for a connection that ended before the file did. */
export function cutOff(url: string, got: string, cause?: unknown): HarnessError {
  return new PassingError('infrastructure', 'the download was cut off', {
    where: url,
    got,
    wayOut: 'run the same command again: it continues where it stopped if the server allows it',
    cause,
  });
}

/** The error for an answer that is not a file: gone, forbidden, a failing server. */
export function badAnswer(url: string, answer: Response): HarnessError {
  const passing = answer.status >= 500 || answer.status === 429;
  const missing = answer.status === 404 || answer.status === 410;
  return new (passing ? PassingError : HarnessError)(
    'infrastructure',
    missing ? 'there is no archive at this address' : 'the server refuses to send the archive',
    {
      where: url,
      expected: '200 OK',
      got: `${answer.status} ${answer.statusText}`.trim(),
      wayOut: missing ? 'check the version and the address' : byHand(url),
    },
  );
}

export function noRoom(dir: string, needed: number, free: number): HarnessError {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return new HarnessError('infrastructure', 'the disk is too full for the download', {
    where: dir,
    expected: `${megabytes(needed)} free`,
    got: `${megabytes(free)} free`,
    wayOut: 'free some space there, or choose another folder with XDG_DATA_HOME',
  });
}
