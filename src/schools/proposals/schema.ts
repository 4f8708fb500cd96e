import { z } from 'zod';
import type { ProposalId } from '../../core/ids.ts';
import { idParam } from '../../web/route.ts';

export const ProposalParams = z.object({ proposalId: idParam<ProposalId>() });
