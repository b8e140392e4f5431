export * from './connection.js';
export * from './demand.js';
export * from './hls-loader.js';
export * from './hub-signaling.js';
export * from './signaling.js';
export * from './stream-client.js';
export * from './transfer.js';
