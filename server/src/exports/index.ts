export { Exports } from './exports.ts';
export { exportRoutes } from './routes.ts';
