export { type Removal, RetentionEngine } from './engine.ts';
export { markRoutes } from './mark-routes.ts';
export { MarkStore } from './marks.ts';
export { retentionRoutes } from './routes.ts';
