import type { ReactNode } from 'react';
import styles from './page.module.css';

interface PageProps {
  title: ReactNode;
  /** Controls of this page, beside its title. */
  tools?: ReactNode;
  /** What every page shows at its top right. */
  status: ReactNode;
  /** Parts of this page, below the bar. */
  nav?: ReactNode;
  /** `fill`: the content is as high as the window and scrolls by itself if at all. */
  layout?: 'scroll' | 'fill';
  /** Nothing but the content. */
  bare?: boolean;
  children: ReactNode;
}

/** Title, tools and state in one bar; the content below. */
export function Page({ title, tools, status, nav, layout = 'scroll', bare = false, children }: PageProps) {
  return (
    <div className={styles.page}>
      <header className={styles.bar} hidden={bare}>
        <div className={styles.title}>{title}</div>
        <div className={styles.tools}>{tools}</div>
        <div className={styles.status}>{status}</div>
      </header>
      {nav}
      <main className={styles.content} data-layout={layout}>
        {children}
      </main>
    </div>
  );
}
