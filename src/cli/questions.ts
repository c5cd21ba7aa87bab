/** `kt models`, `estimate`, `spend` and `wallet balance`: what the API says, as a table or as it came. */
import { Option } from "commander";
import type { Command } from "commander";
import { z } from "zod";
import { GROUPINGS } from "../contract/spend-summary.ts";
import { ENDPOINTS } from "../core/endpoint.ts";
import { askApi, readAnswer } from "./api.ts";
import type { ApiQuestion } from "./api.ts";
import { fail, writeJson } from "./outcome.ts";
import { readTextFile } from "./read-text-file.ts";
import { formatTable } from "./table.ts";

export function addQuestionCommands(program: Command): void {
  addModels(program);
  addEstimate(program);
  addSpend(program);
  addBalance(program);
}

/** A command that asks the API. */
export function questionOf(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .addOption(new Option("--api-url <url>", "the API").env("KEEPTRUSTS_API_URL").default("http://localhost:8787"))
    .addOption(new Option("--api-token <key>", "an access key").env("KEEPTRUSTS_API_TOKEN"))
    .option("--json", "the answer as it came", false);
}

const commonSchema = z.object({ apiUrl: z.string(), apiToken: z.string().exactOptional(), json: z.boolean() });

/** Asks, and writes the answer; what went wrong goes to the standard error, with exit code 1. */
async function answer<Shape extends z.ZodType>(
  options: unknown,
  question: ApiQuestion,
  schema: Shape,
  show: (value: z.output<Shape>) => string,
): Promise<void> {
  const common = commonSchema.parse(options);
  const asked = await askApi(common, question);
  if (!asked.ok) return fail(asked.message);
  if (common.json) return writeJson(asked.value);
  const read = readAnswer(schema, asked.value);
  if (!read.ok) return fail(read.message);
  process.stdout.write(show(read.value));
}

const modelsSchema = z.object({
  data: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      input_price_per_million: z.string(),
      cached_input_price_per_million: z.string().nullable(),
      output_price_per_million: z.string(),
      max_output_tokens: z.number().nullable(),
      allowed: z.boolean(),
    }),
  ),
});

function addModels(program: Command): void {
  questionOf(program, "models", "The catalog: prices in USD per million tokens, and what you may use.").action(
    async (options: unknown) => {
      await answer(options, { path: "/v1/unified-access/models" }, modelsSchema, ({ data }) =>
        formatTable(
          [
            { title: "PROVIDER" },
            { title: "MODEL" },
            { title: "INPUT", align: "right" },
            { title: "CACHED", align: "right" },
            { title: "OUTPUT", align: "right" },
            { title: "MAX OUTPUT", align: "right" },
            { title: "ALLOWED" },
          ],
          data.map((model) => [
            model.provider,
            model.model,
            model.input_price_per_million,
            model.cached_input_price_per_million ?? "-",
            model.output_price_per_million,
            model.max_output_tokens?.toString() ?? "-",
            model.allowed ? "yes" : "no",
          ]),
        ),
      );
    },
  );
}

const estimateSchema = z.object({
  hold: z.string(),
  currency: z.string(),
  targets: z.array(z.object({ id: z.string(), provider: z.string(), model: z.string(), hold: z.string() })),
  payer: z.object({ wallet_id: z.string(), scope: z.string() }).nullable(),
});

function addEstimate(program: Command): void {
  questionOf(program, "estimate", "What a request would hold, per target, and who would pay.")
    .addOption(new Option("--endpoint <name>", "where it would go").choices([...ENDPOINTS]).makeOptionMandatory())
    .requiredOption("--file <path>", "the request body, as JSON")
    .action(async (options: { readonly endpoint: string; readonly file: string }) => {
      const text = readTextFile(options.file);
      if (!text.ok) return fail(text.message);
      let body: unknown;
      try {
        body = JSON.parse(text.value);
      } catch {
        return fail(`${options.file} is no JSON.`);
      }
      const question: ApiQuestion = {
        method: "POST",
        path: "/v1/unified-access/estimate",
        body: { endpoint: options.endpoint, body },
      };
      await answer(options, question, estimateSchema, ({ hold, currency, targets, payer }) => {
        const rows = targets.map((target) => [target.id, target.provider, target.model, `${target.hold} ${currency}`]);
        const table = formatTable(
          [{ title: "TARGET" }, { title: "PROVIDER" }, { title: "MODEL" }, { title: "HOLD", align: "right" }],
          rows,
        );
        const payers = payer === null ? "Nobody could pay this now." : `Paid by ${payer.scope} (${payer.wallet_id}).`;
        return `${table}Holds ${hold} ${currency}. ${payers}\n`;
      });
    });
}

const sumsSchema = z.object({ requests: z.number(), total_tokens: z.number(), total_cost: z.string() });
const summarySchema = sumsSchema.extend({
  from: z.string(),
  to: z.string(),
  time_zone: z.string(),
  currency: z.string(),
  top_provider: z.string().nullable(),
  rows: z.array(sumsSchema.extend({ group: z.string().nullable() })),
  rest: sumsSchema.nullable(),
});

function sumsCells(name: string, sums: z.output<typeof sumsSchema>): readonly string[] {
  return [name, sums.requests.toString(), sums.total_tokens.toString(), sums.total_cost];
}

interface SpendOptions {
  readonly from?: string;
  readonly to?: string;
  readonly groupBy: string;
  readonly timeZone?: string;
  readonly provider?: string;
}

function addSpend(program: Command): void {
  questionOf(program, "spend", "What was spent, by anybody or anything.")
    .option("--from <time>", "ISO 8601; without it, 30 days ago")
    .option("--to <time>", "ISO 8601; without it, now")
    .addOption(new Option("--group-by <what>", "one row for each").choices([...GROUPINGS]).default("model"))
    .option("--time-zone <name>", "whose days and hours; without it, the organization's")
    .option("--provider <name>", "of one provider alone")
    .action(async (options: SpendOptions) => {
      const { from, to, groupBy, timeZone, provider } = options;
      const query = { from, to, group_by: groupBy, time_zone: timeZone, provider };
      await answer(options, { path: "/v1/spend/summary", query }, summarySchema, (summary) => {
        return `${formatTable(
          [
            { title: groupBy.toUpperCase() },
            { title: "REQUESTS", align: "right" },
            { title: "TOKENS", align: "right" },
            { title: `COST ${summary.currency}`, align: "right" },
          ],
          [
            ...summary.rows.map((row) => sumsCells(row.group ?? "-", row)),
            ...(summary.rest === null ? [] : [sumsCells("rest", summary.rest)]),
            sumsCells("total", summary),
          ],
        )}From ${summary.from} to ${summary.to}, ${summary.time_zone}.\n`;
      });
    });
}

const balanceSchema = z.object({
  currency: z.string(),
  effective_scope: z.string(),
  sources: z.array(
    z.object({
      scope: z.string(),
      name: z.string(),
      balance: z.string(),
      held: z.string(),
      available: z.string(),
      status: z.string(),
    }),
  ),
});

function addBalance(program: Command): void {
  const wallet = program.command("wallet").description("Wallets and what is in them.");
  questionOf(wallet, "balance", "The wallets that may pay, in the order in which they are asked.")
    .option("--user-id <id>", "of a member")
    .option("--team-id <id>", "of a team")
    .action(async (options: { readonly userId?: string; readonly teamId?: string }) => {
      const query = { user_id: options.userId, team_id: options.teamId };
      await answer(options, { path: "/v1/wallets/balance", query }, balanceSchema, (balance) => {
        const table = formatTable(
          [
            { title: "SCOPE" },
            { title: "NAME" },
            { title: "BALANCE", align: "right" },
            { title: "HELD", align: "right" },
            { title: "AVAILABLE", align: "right" },
            { title: "STATUS" },
          ],
          balance.sources.map(({ scope, name, balance: posted, held, available, status }) => [
            scope,
            name,
            posted,
            held,
            available,
            status,
          ]),
        );
        return `${table}Amounts in ${balance.currency}. ${balance.effective_scope} pays next.\n`;
      });
    });
}
