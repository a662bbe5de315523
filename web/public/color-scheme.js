// Runs before the first paint, so that the page never flashes in the wrong colours.
// A file of its own, not inline: the content security policy allows scripts from this origin only.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('nightjar-color-scheme');
  } catch {
    // Storage may be blocked: follow the system.
  }
  const light = chosen === 'light' || (chosen !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', light ? 'light' : 'dark');
})();
