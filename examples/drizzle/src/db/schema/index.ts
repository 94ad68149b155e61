export * from './channel';
export * from './conversation';
export * from './message';
export * from './user';
