import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { TicketClaims } from '@eventtorrent/protocol';

/** A server's key pair and what it signs. */
export class Mint {
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  /** With the secret of another one, the same. */
  constructor(
    readonly kid: string,
    secret?: string,
  ) {
    this.#private = secret === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createPrivateKey(secret);
    this.#public = createPublicKey(this.#private);
  }

  get secret(): string {
    return this.#private.export({ format: 'pem', type: 'pkcs8' }).toString();
  }

  get jwk(): object {
    return { ...this.#public.export({ format: 'jwk' }), kid: this.kid, use: 'sig' };
  }

  /** `header` and `claims` may be anything: hostile tickets are well signed too. */
  sign(claims: object, header: object = { alg: 'ES256', typ: 'JWT', kid: this.kid }): string {
    const signed = `${part(header)}.${part(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), { key: this.#private, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }
}

export const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Each write has another content, so that it is seen whatever the file system's clock does. */
let written = 0;
export const writeKeys = (file: string, ...mints: readonly Mint[]): void =>
  writeFileSync(file, JSON.stringify({ keys: mints.map(({ jwk }) => jwk), padding: 'x'.repeat(++written) }));

export const task = 'a1'.repeat(20);
export const volume = 'home';

export const claimsOf = (nowMs: number, more: Partial<TicketClaims> = {}): TicketClaims => {
  const iat = Math.floor(nowMs / 1000);
  return { aud: 'eventtorrent-node', sub: 'viewer-1', task, volume, dtls: 'ab'.repeat(32), iat, exp: iat + 600, ...more };
};
