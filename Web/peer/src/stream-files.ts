import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { failure, isServedName, success, type RequestError, type Result } from '@eventtorrent/protocol';
import { reasonOf, type Log } from './log.js';

export type ServedFile = { readonly handle: FileHandle; readonly size: number; readonly etag: string };

const directory = constants.O_RDONLY | constants.O_DIRECTORY;
// Without O_NONBLOCK the opening of a FIFO would hold a thread until somebody writes.
const regular = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The streams of a volume: `{root}/{task}/{file}.hls/{name}`. Each step is opened from the directory before it (through /proc, as
 * Node has no openat) and no link is followed, so that whatever somebody puts into the tree, nothing outside of it is served.
 */
export class StreamFiles {
  constructor(
    private readonly root: string,
    private readonly log: Log,
  ) {}

  /** `task` comes from a verified ticket; `file` and `name` are the viewer's. */
  async open(task: string, file: number, name: string): Promise<Result<ServedFile, RequestError>> {
    if (!isServedName(name)) return failure('bad-name');
    const opened: FileHandle[] = [];
    const step = async (path: string, flags: number): Promise<FileHandle> => {
      const handle = await open(path, flags);
      opened.push(handle);
      return handle;
    };
    try {
      const root = await step(this.root, directory);
      const ofTask = await step(within(root, task), directory | constants.O_NOFOLLOW);
      const ofFile = await step(within(ofTask, `${file}.hls`), directory | constants.O_NOFOLLOW);
      const handle = await step(within(ofFile, name), regular);
      const facts = await handle.stat({ bigint: true });
      if (!facts.isFile() || facts.size > BigInt(Number.MAX_SAFE_INTEGER)) return failure('not-found');
      opened.pop();
      return success({ handle, size: Number(facts.size), etag: `${facts.size.toString(16)}-${facts.mtimeNs.toString(16)}` });
    } catch (thrown) {
      const reason = reasonOf(thrown);
      if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(reason)) return failure('not-found');
      this.log.error('file-not-opened', { task, file, name, reason });
      return failure('read-failed');
    } finally {
      await Promise.all(opened.map((handle) => handle.close()));
    }
  }
}

const within = (parent: FileHandle, name: string): string => `/proc/self/fd/${parent.fd}/${name}`;
