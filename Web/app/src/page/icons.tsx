import type { ReactNode } from 'react';

/** Drawn on 24 by 24; what they mean is said by the button that holds them. */
const paths = {
  play: 'M8 5v14l11-7z',
  pause: 'M6 5h4v14H6zM14 5h4v14h-4z',
  back: 'M20 11H7.8l5.6-5.6L12 4l-8 8 8 8 1.4-1.4L7.8 13H20z',
  volume: 'M3 9v6h4l5 5V4L7 9zm13.5 3A4.5 4.5 0 0 0 14 8v8a4.5 4.5 0 0 0 2.5-4zM14 3.2v2.1a7 7 0 0 1 0 13.4v2.1a9 9 0 0 0 0-17.6z',
  muted: 'M3 9v6h4l5 5V4L7 9zm18.4-.6L20 7l-2.6 2.6L14.8 7l-1.4 1.4 2.6 2.6-2.6 2.6 1.4 1.4 2.6-2.6L20 15l1.4-1.4-2.6-2.6z',
  fullscreen: 'M5 5h6v2H7v4H5zm8 0h6v6h-2V7h-4zM5 13h2v4h4v2H5zm12 0h2v6h-6v-2h4z',
  window: 'M9 5h2v6H5V9h4zm4 0h2v4h4v2h-6zM5 13h6v6H9v-4H5zm8 0h6v2h-4v4h-2z',
  pip: 'M3 5h18v14H3zm2 2v10h14V7zm6 4h7v5h-7z',
  settings: 'M10.5 5.4V2.5h3v2.9l2.1.8 2-2 2.2 2.2-2 2 .8 2.1h2.9v3h-2.9l-.8 2.1 2 2-2.2 2.2-2-2-2.1.8v2.9h-3v-2.9l-2.1-.8-2 2-2.2-2.2 2-2-.8-2.1H2.5v-3h2.9l.8-2.1-2-2 2.2-2.2 2 2zM12 8.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4z',
  subtitles: 'M3 5h18v14H3zm3 7v2h5v-2zm7 0v2h5v-2zm-7 3v2h8v-2zm10 0v2h2v-2z',
  info: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16zm-1 3h2v2h-2zm0 4h2v6h-2z',
  close: 'M18.3 5.7 12 12l6.3 6.3-1.4 1.4L10.6 13.4 4.3 19.7 2.9 18.3 9.2 12 2.9 5.7l1.4-1.4 6.3 6.3 6.3-6.3z',
  next: 'M9 5l7 7-7 7-1.4-1.4L13.2 12 7.6 6.4z',
  previous: 'M15 5l-7 7 7 7 1.4-1.4L10.8 12l5.6-5.6z',
  auto: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2v16a8 8 0 0 1 0-16z',
  light: 'M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11 1h2v4h-2zm0 18h2v4h-2zM1 11h4v2H1zm18 0h4v2h-4zM4.2 5.6l1.4-1.4 2.9 2.8-1.5 1.5zm11.3 11.3 1.5-1.4 2.8 2.9-1.4 1.4zM5.6 19.8l-1.4-1.4L7 15.5l1.5 1.4zM17 8.5 15.5 7l2.9-2.8 1.4 1.4z',
  dark: 'M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z',
  language: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm6.9 6h-2.9a15 15 0 0 0-1.4-3.5A8 8 0 0 1 18.9 8zM12 4c.8 1.2 1.5 2.5 1.9 4h-3.8c.4-1.5 1.1-2.8 1.9-4zM4.3 14a8 8 0 0 1 0-4h3.3a16 16 0 0 0 0 4zm.8 2h2.9c.3 1.3.8 2.4 1.4 3.5A8 8 0 0 1 5.1 16zM8 8H5.1a8 8 0 0 1 4.3-3.5C8.8 5.6 8.3 6.7 8 8zm4 12c-.8-1.2-1.5-2.5-1.9-4h3.8c-.4 1.5-1.1 2.8-1.9 4zm2.3-6H9.7a14 14 0 0 1 0-4h4.6a14 14 0 0 1 0 4zm.3 5.5c.6-1.1 1.1-2.2 1.4-3.5h2.9a8 8 0 0 1-4.3 3.5zm1.8-5.5a16 16 0 0 0 0-4h3.3a8 8 0 0 1 0 4z',
} as const;

export const Icon = ({ name, size = 20 }: { readonly name: keyof typeof paths; readonly size?: number }): ReactNode => (
  <svg width={size} height={size} viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
    <path d={paths[name]} fillRule="evenodd" />
  </svg>
);
