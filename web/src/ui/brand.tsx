/** The nightjar's eye. */
export function Brand() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M2.5 16c4-6.6 8.5-9.8 13.5-9.8S25.5 9.4 29.5 16c-4 6.6-8.5 9.8-13.5 9.8S6.5 22.6 2.5 16z"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="16" r="6" fill="var(--nj-eye, #f5a524)" />
      <circle cx="16" cy="16" r="2.4" fill="#1a1a1a" />
    </svg>
  );
}
