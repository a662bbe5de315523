export { ArrangeLayer } from './arrange-layer.tsx';
export { ArrangeTools } from './arrange-tools.tsx';
