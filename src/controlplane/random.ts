import { createHash, randomBytes } from 'node:crypto';
import type { RandomSource } from './contract.ts';

/** The system's randomness, or, given a seed, the same sequence each time. */
export function randomSource(seed?: string): RandomSource {
  const bytes = seed === undefined ? randomBytes : seededBytes(seed);
  return {
    hex: (count) => bytes(count).toString('hex'),
    uuid: () => toUuid(bytes(16)),
  };
}

function seededBytes(seed: string): (count: number) => Buffer {
  let block = 0;
  return (count) => {
    const blocks: Buffer[] = [];
    for (let length = 0; length < count; length += 32) {
      blocks.push(createHash('sha256').update(`${seed}/${block}`).digest());
      block += 1;
    }
    return Buffer.concat(blocks).subarray(0, count);
  };
}

/** RFC 9562, version 4. */
function toUuid(bytes: Buffer): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20)].join('-');
}

/** A number from 0 up to, not including, 1. */
export function fraction(random: RandomSource): number {
  return Number.parseInt(random.hex(6), 16) / 2 ** 48;
}
