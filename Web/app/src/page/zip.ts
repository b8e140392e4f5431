/* A ZIP of files as they are, for pictures, which do not become smaller (PKWARE APPNOTE 6.3, 4.3). */

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

export type ZipEntry = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

const version = 20;
/** Names are UTF-8. */
const utf8 = 0x0800;
/** 1 January 1980, before which ZIP knows no day. */
const firstDay = 0x21;

const header = (signature: number, fields: readonly (readonly [number, 2 | 4])[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(4 + fields.reduce((sum, [, size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [value, size] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
};

/** At most 65,535 entries of together less than 4 GiB. */
export function zip(entries: readonly ZipEntry[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const written = new TextEncoder().encode(name);
    const common = [[version, 2], [utf8, 2], [0, 2], [0, 2], [firstDay, 2], [crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4], [written.length, 2], [0, 2]] as const;
    const local = header(0x04034b50, common);
    parts.push(local, written, bytes);
    directory.push(header(0x02014b50, [[version, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]), written);
    offset += local.length + written.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = header(0x06054b50, [[0, 2], [0, 2], [entries.length, 2], [entries.length, 2], [size, 4], [offset, 4], [0, 2]]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
