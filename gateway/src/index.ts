export { createApp, routesOf, type AppDependencies } from './app.js';
export { startGateway, type Gateway } from './application.js';
export { ConfigError, readConfig, redacted, type Config } from './config.js';
export { newLog } from './http/log.js';
export { openApi } from './http/openapi.js';
export { listen, type HttpServer } from './http/server.js';
export type { Ports } from './routes/index.js';
