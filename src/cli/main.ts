/** The `kt` command (docs/kt.md). */
import { Command } from "commander";
import { addDoctorCommand } from "./doctor.ts";
import { addPolicyCommands } from "./policy.ts";
import { addQuestionCommands } from "./questions.ts";

const program = new Command("kt")
  .description("Keeptrusts Edge on the command line.")
  .showSuggestionAfterError()
  .showHelpAfterError("(kt --help shows what there is)")
  .configureHelp({ showGlobalOptions: true });
addPolicyCommands(program);
addQuestionCommands(program);
addDoctorCommand(program);
await program.parseAsync();
