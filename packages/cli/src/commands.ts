import type { Command } from './command.js';
import { connect, opsLogin } from './commands/connect.js';
import { consolidate, revert, showConsolidation } from './commands/consolidate.js';
import { deleteEntry } from './commands/delete.js';
import { createDiary, listDiaries } from './commands/diaries.js';
import { edit } from './commands/edit.js';
import { exportDiary } from './commands/exportDiary.js';
import { history } from './commands/history.js';
import { importDiary } from './commands/importDiary.js';
import { endKey, listKeys } from './commands/keys.js';
import { list } from './commands/list.js';
import { login } from './commands/login.js';
import { mcp } from './commands/mcp.js';
import { opsAudit } from './commands/opsAudit.js';
import { opsCancel, opsRetry } from './commands/opsChange.js';
import { opsInvitations, opsInvite } from './commands/opsInvite.js';
import { opsList } from './commands/opsList.js';
import { opsShow } from './commands/opsShow.js';
import { opsStranded } from './commands/opsStranded.js';
import { read } from './commands/read.js';
import { recover } from './commands/recover.js';
import { registerAgent } from './commands/register.js';
import { rotate } from './commands/rotate.js';
import { relate, relations, unrelate } from './commands/relations.js';
import { search } from './commands/search.js';
import { listGrants, share, unshare } from './commands/share.js';
import { endSession, listSessions } from './commands/sessions.js';
import { verify } from './commands/verify.js';
import { sign } from './commands/sign.js';
import { whoami } from './commands/whoami.js';
import { workflow } from './commands/workflow.js';
import { write } from './commands/write.js';

/** Every command: what is parsed, what the help says, and docs/cli.md. */
export const COMMANDS: readonly Command[] = [
  registerAgent,
  login,
  whoami,
  listKeys,
  endKey,
  rotate,
  recover,
  write,
  read,
  list,
  search,
  edit,
  deleteEntry,
  history,
  sign,
  relate,
  relations,
  unrelate,
  listDiaries,
  createDiary,
  exportDiary,
  importDiary,
  share,
  unshare,
  listGrants,
  verify,
  consolidate,
  showConsolidation,
  revert,
  workflow,
  mcp,
  connect,
  listSessions,
  endSession,
  opsList,
  opsShow,
  opsStranded,
  opsRetry,
  opsCancel,
  opsInvite,
  opsInvitations,
  opsAudit,
  opsLogin,
];
