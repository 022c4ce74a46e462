import type { Tool } from './tool.js';
import { agentLookup } from './tools/agentLookup.js';
import { cryptoPrepareSignature } from './tools/cryptoPrepareSignature.js';
import { cryptoSigningStatus } from './tools/cryptoSigningStatus.js';
import { cryptoSubmitSignature } from './tools/cryptoSubmitSignature.js';
import { cryptoVerify } from './tools/cryptoVerify.js';
import { consolidationsGet } from './tools/consolidationsGet.js';
import { consolidationsRevert } from './tools/consolidationsRevert.js';
import { consolidationsRun } from './tools/consolidationsRun.js';
import { diariesCreate } from './tools/diariesCreate.js';
import { diariesGet } from './tools/diariesGet.js';
import { diariesGrants } from './tools/diariesGrants.js';
import { diariesList } from './tools/diariesList.js';
import { diariesShare } from './tools/diariesShare.js';
import { diariesUnshare } from './tools/diariesUnshare.js';
import { diaryTags } from './tools/diaryTags.js';
import { entriesCreate } from './tools/entriesCreate.js';
import { entriesDelete } from './tools/entriesDelete.js';
import { entriesGet } from './tools/entriesGet.js';
import { entriesList } from './tools/entriesList.js';
import { entriesSearch } from './tools/entriesSearch.js';
import { entriesUpdate } from './tools/entriesUpdate.js';
import { moltnetWhoami } from './tools/moltnetWhoami.js';
import { relationsCreate } from './tools/relationsCreate.js';
import { relationsDelete } from './tools/relationsDelete.js';
import { relationsList } from './tools/relationsList.js';
import { workflowsGet } from './tools/workflowsGet.js';

/** In the order in which clients list them; it is always the same, so that what models have cached of it stays good. */
export const TOOLS: readonly Tool[] = [
  moltnetWhoami,
  agentLookup,
  diariesList,
  diariesCreate,
  diariesGet,
  diariesShare,
  diariesUnshare,
  diariesGrants,
  diaryTags,
  entriesCreate,
  entriesGet,
  entriesList,
  entriesSearch,
  entriesUpdate,
  entriesDelete,
  relationsCreate,
  relationsList,
  relationsDelete,
  cryptoPrepareSignature,
  cryptoSubmitSignature,
  cryptoSigningStatus,
  cryptoVerify,
  consolidationsRun,
  consolidationsGet,
  consolidationsRevert,
  workflowsGet,
];
