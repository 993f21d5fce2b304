// SPDX-License-Identifier: BSD-2-Clause
/** Telnet's framing (RFC 854): commands between the bytes of a stream. */

const iac = 255;
/** Commands by their byte. */
export const verbs = { dont: 254, do: 253, wont: 252, will: 251 } as const;
const sub = 250;
const subEnd = 240;
/** Number of bytes of a subnegotiation to keep: those of RFC 2217 have five. */
const keptSub = 64;

export interface TelnetListener {
  /** `verb` is a byte of {@link verbs}. */
  onVerb(verb: number, option: number): void;
  /** A subnegotiation. Its first byte is the option. */
  onSub(bytes: readonly number[]): void;
}

const isVerb = (byte: number) => byte >= verbs.will && byte <= verbs.dont;

/** Extracts the commands from the received bytes. */
export class TelnetDecoder {
  readonly #listener: TelnetListener;
  #state: 'data' | 'command' | 'option' | 'sub' | 'sub command' = 'data';
  #verb = 0;
  #sub: number[] = [];

  constructor(listener: TelnetListener) {
    this.#listener = listener;
  }

  /** The bytes that do not belong to commands. */
  decode(bytes: Buffer): Buffer {
    if (this.#state === 'data' && !bytes.includes(iac)) return bytes;
    return Buffer.from([...bytes].filter((byte) => this.#isData(byte)));
  }

  #isData(byte: number): boolean {
    switch (this.#state) {
      case 'data':
        if (byte !== iac) return true;
        this.#state = 'command';
        return false;
      case 'command':
        this.#verb = byte;
        this.#sub = [];
        this.#state = byte === sub ? 'sub' : isVerb(byte) ? 'option' : 'data';
        return byte === iac;
      case 'option':
        this.#state = 'data';
        this.#listener.onVerb(this.#verb, byte);
        return false;
      case 'sub':
        if (byte === iac) this.#state = 'sub command';
        else this.#keep(byte);
        return false;
      case 'sub command':
        this.#state = byte === subEnd ? 'data' : 'sub';
        if (byte === iac) this.#keep(byte);
        if (byte === subEnd) this.#listener.onSub(this.#sub);
        return false;
    }
  }

  #keep(byte: number): void {
    if (this.#sub.length < keptSub) this.#sub.push(byte);
  }
}

/** Doubles each byte 255, so that it is not mistaken for a command. */
export function encodeTelnet(bytes: Buffer): Buffer {
  if (!bytes.includes(iac)) return bytes;
  return Buffer.from([...bytes].flatMap((byte) => (byte === iac ? [iac, iac] : [byte])));
}

export const verbBytes = (verb: number, option: number): Buffer => Buffer.from([iac, verb, option]);

export const subBytes = (bytes: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from([iac, sub]), encodeTelnet(Buffer.from(bytes)), Buffer.from([iac, subEnd])]);
