import { limits } from './limits.js';

/** Names all renditions of a stream: what a viewer asks for first. */
export const masterPlaylist = 'master.m3u8';

/**
 * The names of files that a node serves: playlists, segments, subtitles and seek-bar pictures as the transcoder names them. One
 * flat name, so that no path can be said at all.
 */
const served = /^[a-z0-9][a-z0-9_-]*\.(m3u8|ts|m4s|mp4|aac|vtt|jpg)$/;

export const isServedName = (name: string): boolean => name.length <= limits.nameLength && served.test(name);
