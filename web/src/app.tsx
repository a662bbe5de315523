import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { ApiFailure } from './api/client.ts';
import { EventsProvider } from './api/context.tsx';
import { LivePage } from './live/live-page.tsx';
import { LastPicturesProvider } from './player/live-video.tsx';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { Navigation } from './ui/navigation.tsx';
import { theme } from './ui/theme.ts';

// The live view is what is opened daily; the rest comes when it is asked for.
const ReviewPage = lazy(() => import('./review/review-page.tsx'));
const CamerasPage = lazy(() => import('./cameras/cameras-page.tsx'));
const AddCameraPage = lazy(() => import('./cameras/add-camera-page.tsx'));
const EditCameraPage = lazy(() => import('./cameras/edit-camera-page.tsx'));
const ExportsPage = lazy(() => import('./exports/exports-page.tsx'));
const SystemPage = lazy(() => import('./system/system-page.tsx'));

/** The key is also read by `public/color-scheme.js`. */
const colorSchemes = localStorageColorSchemeManager({ key: 'nightjar-color-scheme' });

const createQueries = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // An answer that says what is wrong does not change by asking again; silence may.
        retry: (failures, error) => error instanceof ApiFailure && error.code === 'offline' && failures < 2,
        refetchOnWindowFocus: true,
        staleTime: 10_000,
      },
    },
  });

export function App() {
  const [queries] = useState(createQueries);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorSchemes}>
      <Notifications position="bottom-right" limit={3} autoClose={5000} />
      <QueryClientProvider client={queries}>
        <EventsProvider>
          <LastPicturesProvider>
            <Navigation>
              <ErrorBoundary>
                <Suspense fallback={null}>
                  <Pages />
                </Suspense>
              </ErrorBoundary>
            </Navigation>
          </LastPicturesProvider>
        </EventsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/live/:cameraId?">{({ cameraId }) => <LivePage cameraId={cameraId} />}</Route>
      <Route path="/review/:cameraId?">{({ cameraId }) => <ReviewPage cameraId={cameraId} />}</Route>
      <Route path="/cameras" component={CamerasPage} />
      <Route path="/cameras/new" component={AddCameraPage} />
      <Route path="/cameras/:cameraId/settings">
        {({ cameraId }) => <EditCameraPage key={cameraId} cameraId={cameraId} />}
      </Route>
      <Route path="/exports" component={ExportsPage} />
      <Route path="/system/:tab?/:detail?">{({ tab, detail }) => <SystemPage tab={tab} detail={detail} />}</Route>
      <Route>
        <Redirect to="/live" replace />
      </Route>
    </Switch>
  );
}
