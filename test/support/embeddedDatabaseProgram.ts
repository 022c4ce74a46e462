/**
 * A process that opens the embedded database in the directory it is given, says `ready <url>` or `refused <message>`, and
 * holds it until it is told to stop (end of its input) or killed.
 */
import { startEmbeddedDatabase } from '../../src/embedded/database/startEmbeddedDatabase.js';

try {
  const database = await startEmbeddedDatabase({ dataDir: process.argv[2]! });
  console.log(`ready ${database.url}`);
  process.stdin.resume();
  process.stdin.on('end', () => void database.stop());
} catch (error) {
  console.log(`refused ${(error as Error).message}`);
}
