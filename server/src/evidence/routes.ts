import { EvidenceInfoSchema } from '@nightjar/contract';
import type { App } from '../shared/route.ts';
import type { Evidence } from './evidence.ts';

export function evidenceRoutes(app: App, { evidence }: { evidence: Pick<Evidence, 'key'> }): void {
  app.get(
    '/evidence',
    {
      schema: {
        tags: ['Recorder'],
        summary: 'The key that signs recordings',
        description: 'To be noted elsewhere: `nightjar verify --fingerprint` compares with it.',
        response: { 200: EvidenceInfoSchema },
      },
    },
    () => {
      const { publicKey, fingerprint, since } = evidence.key;
      return { publicKey, fingerprint, since };
    },
  );
}
