import { integer, listOf, nested, object, optional, text, type Reader } from '@eventtorrent/protocol';

/* What the door says of tasks (Api/Tasks/*View.cs), as far as the page shows it. */

export const anyNumber: Reader<number> = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
export const anyText: Reader<string> = (value) => (typeof value === 'string' ? value : undefined);
export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
export const count = integer(0, Number.MAX_SAFE_INTEGER);
const infohash = text(64, /^([0-9a-f]{40}|[0-9a-f]{64})$/);

/** A task in a line: what the hub pushes, and the head of every other representation. Names are untrusted text. */
const taskMembers = {
  infohash,
  status: anyText,
  state: anyText,
  version: count,
  name: optional(anyText),
  size_bytes: optional(count),
  progress: optional(anyNumber),
  shots_stored: count,
  shots_wanted: optional(count),
  bytes_fetched: count,
  down_bytes_per_second: count,
  peers: count,
  failure: optional(nested(object({ kind: anyText, message: optional(anyText), retry_at: optional(anyText) }))),
  created_at: anyText,
  updated_at: anyText,
  up_bytes_per_second: count,
  seeds: count,
  remaining_s: optional(anyNumber),
  reason: optional(anyText),
};
export const parseTask = object(taskMembers);
export type Task = Extract<ReturnType<typeof parseTask>, { ok: true }>['value'];
export type Failure = NonNullable<Task['failure']>;

export const readTask = nested(parseTask);

const parsePicture = object({
  file: count, index: count, keyframe_time_s: anyNumber, width: count, height: count, verified: flag,
  // Only ever an address of this server.
  url: text(300, /^\/(?!\/)/),
});
export type Picture = Extract<ReturnType<typeof parsePicture>, { ok: true }>['value'];

const mostParts = 256;
/** A byte for each part: 0 nothing of it is here, 255 all. */
const readMap: Reader<readonly number[]> = (value) => {
  if (typeof value !== 'string' || value === '' || value.length > 4 * Math.ceil(mostParts / 3) || !/^[A-Za-z0-9+/]+={0,2}$/.test(value) || value.length % 4 !== 0) return undefined;
  return Array.from(atob(value), (one) => one.charCodeAt(0));
};

const parseFileStream = object({
  kind: anyText, codec: optional(anyText), width: optional(count), height: optional(count), frames_per_second: optional(anyNumber), bit_depth: optional(count),
  dynamic_range: optional(anyText), channels: optional(count), sample_rate: optional(count), bits_per_second: optional(count), language: optional(anyText),
});
export type FileStream = Extract<ReturnType<typeof parseFileStream>, { ok: true }>['value'];

/** Far more than the door ever sends at once. */
const most = 100_000;

const parseFile = object({
  index: count, path: anyText, size_bytes: count, is_video: optional(flag), selected: flag, duration_s: optional(anyNumber),
  container: optional(anyText), codec: optional(anyText), state: optional(anyText), progress: optional(anyNumber), map: optional(readMap),
  streams: optional(listOf(most, nested(parseFileStream))),
});
export type TaskFile = Extract<ReturnType<typeof parseFile>, { ok: true }>['value'];

const parsePeer = object({ client: anyText, progress: anyNumber, down_bytes_per_second: count, up_bytes_per_second: count, traits: listOf(most, anyText) });
const parseTracker = object({ server: anyText, state: anyText, seeds: optional(count), peers: optional(count), message: anyText });
const parseSwarm = object({ peers: listOf(most, nested(parsePeer)), trackers: listOf(most, nested(parseTracker)) });
export type Swarm = Extract<ReturnType<typeof parseSwarm>, { ok: true }>['value'];
export const readSwarm = nested(parseSwarm);

const parseEntry = object({ at: anyText, from_state: optional(anyText), to_state: anyText, cause: anyText, worker: optional(anyText) });
export type TimelineEntry = Extract<ReturnType<typeof parseEntry>, { ok: true }>['value'];

export const readPictures = listOf(most, nested(parsePicture));
export const readFiles = listOf(most, nested(parseFile));
export const readTimeline = listOf(most, nested(parseEntry));
export const readPage = nested(object({ tasks: listOf(most, readTask), next_cursor: optional(anyText) }));

const parseDownload = object({
  state: anyText, volume: optional(anyText), done_bytes: optional(count), total_bytes: optional(count), bytes_fetched: count, wasted_bytes: count,
  map: optional(readMap),
});
const parseTranscode = object({
  file: optional(count), part: optional(count), parts: optional(count), state: anyText, worker: optional(anyText),
  progress: optional(anyNumber), speed: optional(anyNumber), remaining_s: optional(anyNumber),
});
export type Transcode = Extract<ReturnType<typeof parseTranscode>, { ok: true }>['value'];

/** One task with what only its own page shows. */
const parseDetail = object({
  ...taskMembers,
  want: anyText, bytes_needed: count, time_to_first_shot_ms: optional(anyNumber), started_at: optional(anyText), ended_at: optional(anyText),
  download: optional(nested(parseDownload)),
  transcodes: listOf(most, nested(parseTranscode)),
  files: listOf(most, nested(parseFile)),
});
export type TaskDetail = Extract<ReturnType<typeof parseDetail>, { ok: true }>['value'];
export const readDetail = nested(parseDetail);

/** What a torrent holds that was not submitted yet. Names are untrusted text. */
const parseTorrentFiles = object({
  name: anyText, max_files: count,
  files: listOf(most, nested(object({ index: count, path: anyText, size_bytes: count, is_video: flag, selected: flag }))),
});
export type TorrentFiles = Extract<ReturnType<typeof parseTorrentFiles>, { ok: true }>['value'];
export const readTorrentFiles = nested(parseTorrentFiles);

export const readProblem = nested(object({ title: optional(anyText), detail: optional(anyText), type: optional(anyText) }));

const parseStream = object({ file: count, path: anyText, playlist: text(80) });
export type VideoStream = Extract<ReturnType<typeof parseStream>, { ok: true }>['value'];

/** With a ticket comes where to go with it, and what it is for. */
const parseTicket = object({
  token: text(2048), expires: count,
  signaling: text(500, /^(\/(?!\/)|https?:\/\/)/),
  streams: listOf(most, nested(parseStream)),
});
export type TaskTicket = Extract<ReturnType<typeof parseTicket>, { ok: true }>['value'];
export const readTicket = nested(parseTicket);

/** No more files of a torrent are worked on (Contracts/VideoFiles.cs). */
const mostChosen = 50;

/** Whether a task is to learn its files and no more: those that are selected are a proposal, and nothing is done with them yet. */
export const isForFiles = ({ want }: TaskDetail): boolean => want === 'metadata';

/** What there is to choose from. */
export const choiceOf = ({ name, infohash: hash, files }: TaskDetail): TorrentFiles => ({
  name: name ?? hash, max_files: mostChosen, files: files.map((file) => ({ ...file, is_video: file.is_video === true })),
});

/** Subtitles that lie beside a video are selected with it, and have no stream of their own (Contracts/StreamFiles.cs). */
export const isVideo = ({ selected, path }: TaskFile): boolean => selected && !/\.(srt|ass|ssa|vtt)$/i.test(path);
