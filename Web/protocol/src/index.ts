export * from './framing.js';
export * from './limits.js';
export * from './messages.js';
export * from './names.js';
export * from './result.js';
export * from './shape.js';
export * from './signaling.js';
export * from './tickets.js';
