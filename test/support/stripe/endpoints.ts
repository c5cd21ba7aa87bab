/** The endpoints that the adapter uses: what they take, and what they do. */
import type { StripeAccount } from "./account.ts";
import { fieldsUnder, findUnknown, type FormFields } from "./form.ts";
import {
  invalid,
  missing,
  type CheckoutSessionObject,
  type PaymentIntentObject,
  type PaymentMethodObject,
} from "./objects.ts";

export interface EndpointCall {
  readonly account: StripeAccount;
  readonly fields: FormFields;
  /** Out of the path; empty where it has none. */
  readonly id: string;
  /** Search knows what is older than this. */
  readonly searchLagSeconds: number;
}

interface Endpoint {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  readonly takes: readonly string[];
  readonly needs: readonly string[];
  run(call: EndpointCall): unknown;
}

const MINIMUM_UNITS: Readonly<Record<string, number>> = {
  usd: 50,
  eur: 50,
  gbp: 30,
  jpy: 50,
  aud: 50,
  cad: 50,
  cny: 350,
};
const MAXIMUM_UNITS = 99_999_999;
const HALF_AN_HOUR_SECONDS = 1_800;
const DAY_SECONDS = 86_400;

const SESSION_FIELDS = [
  "mode",
  "client_reference_id",
  "success_url",
  "cancel_url",
  "expires_at",
  "customer",
  "customer_creation",
  "adaptive_pricing.enabled",
  "metadata.*",
  "line_items.*.quantity",
  "line_items.*.price_data.currency",
  "line_items.*.price_data.unit_amount",
  "line_items.*.price_data.product_data.name",
  "payment_intent_data.description",
  "payment_intent_data.metadata.*",
  "payment_intent_data.setup_future_usage",
];
const INTENT_FIELDS = [
  "amount",
  "currency",
  "customer",
  "payment_method",
  "confirm",
  "off_session",
  "description",
  "metadata.*",
  "automatic_payment_methods.enabled",
  "automatic_payment_methods.allow_redirects",
];

export const ENDPOINTS: readonly Endpoint[] = [
  {
    method: "POST",
    path: /^\/v1\/checkout\/sessions$/,
    takes: SESSION_FIELDS,
    needs: ["mode", "success_url", "line_items.0.quantity", "line_items.0.price_data.product_data.name"],
    run: createSession,
  },
  {
    method: "GET",
    path: /^\/v1\/checkout\/sessions\/(\w+)$/,
    takes: [],
    needs: [],
    run: ({ account, id, fields }) => showSession(account, findSession(account, id), fields),
  },
  {
    method: "POST",
    path: /^\/v1\/checkout\/sessions\/(\w+)\/expire$/,
    takes: [],
    needs: [],
    run: ({ account, id, fields }) => showSession(account, account.expire(id), fields),
  },
  {
    method: "POST",
    path: /^\/v1\/payment_intents$/,
    takes: INTENT_FIELDS,
    needs: ["amount", "currency"],
    run: createIntent,
  },
  {
    method: "GET",
    path: /^\/v1\/payment_intents$/,
    takes: ["limit", "created.gte", "starting_after"],
    needs: [],
    run: list,
  },
  { method: "GET", path: /^\/v1\/payment_intents\/search$/, takes: ["query"], needs: ["query"], run: search },
  {
    method: "GET",
    path: /^\/v1\/payment_intents\/(\w+)$/,
    takes: [],
    needs: [],
    run: ({ account, id, fields }) => showIntent(account, findIntent(account, id), expands(fields, "payment_method")),
  },
  {
    method: "POST",
    path: /^\/v1\/payment_intents\/(\w+)\/cancel$/,
    takes: [],
    needs: [],
    run: ({ account, id }) => {
      const intent = findIntent(account, id);
      if (intent.status === "succeeded" || intent.status === "canceled") {
        throw invalid(`You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`);
      }
      account.cancel(intent);
      return intent;
    },
  },
  {
    method: "POST",
    path: /^\/v1\/refunds$/,
    takes: ["payment_intent", "amount", "metadata.*"],
    needs: ["payment_intent"],
    run: ({ account, fields }) => {
      const amount = fields.has("amount") ? readInteger(fields, "amount") : null;
      return account.refund(fields.get("payment_intent") ?? "", amount, fieldsUnder(fields, "metadata"));
    },
  },
  {
    method: "GET",
    path: /^\/v1\/refunds\/(\w+)$/,
    takes: [],
    needs: [],
    run: ({ account, id }) => account.refunds.get(id) ?? refuse(missing("refund", id, "id")),
  },
  {
    method: "GET",
    path: /^\/v1\/payment_methods\/(\w+)$/,
    takes: [],
    needs: [],
    run: ({ account, id }) => findMethod(account, id),
  },
  {
    method: "POST",
    path: /^\/v1\/payment_methods\/(\w+)\/detach$/,
    takes: [],
    needs: [],
    run: ({ account, id }) => account.detach(id),
  },
];

/** Throws what Stripe refuses before it does anything. */
export function checkFields(endpoint: Endpoint, fields: FormFields): void {
  const unknown = findUnknown(fields, [...endpoint.takes, "expand.*"]);
  if (unknown !== null)
    throw invalid(`Received unknown parameter: ${unknown}`, { param: unknown, code: "parameter_unknown" });
  for (const path of endpoint.needs) {
    if (!fields.has(path))
      throw invalid(`Missing required param: ${path}.`, { param: path, code: "parameter_missing" });
  }
}

function refuse(refusal: Error): never {
  throw refusal;
}

function expands(fields: FormFields, path: string): boolean {
  return Object.values(fieldsUnder(fields, "expand")).includes(path);
}

function readInteger(fields: FormFields, path: string): number {
  const text = fields.get(path) ?? "";
  if (!/^-?\d{1,15}$/.test(text))
    throw invalid(`Invalid integer: ${text}`, { param: path, code: "parameter_invalid_integer" });
  return Number(text);
}

function checkAmount(amount: number, currency: string, param: string): void {
  const minimum = MINIMUM_UNITS[currency];
  if (minimum === undefined) throw invalid(`Invalid currency: ${currency}.`, { param: "currency" });
  if (amount < minimum)
    throw invalid(`Amount must be at least ${minimum} ${currency}.`, { param, code: "amount_too_small" });
  if (amount > MAXIMUM_UNITS)
    throw invalid("Amount must be no more than $999,999.99", { param, code: "amount_too_large" });
}

function checkAddress(fields: FormFields, path: string): void {
  const address = fields.get(path);
  if (address !== undefined && !URL.canParse(address))
    throw invalid("Not a valid URL", { param: path, code: "url_invalid" });
}

function createSession({ account, fields }: EndpointCall): unknown {
  const now = account.nowSeconds();
  if (fields.get("mode") !== "payment") throw invalid("the stand-in only has mode=payment", { param: "mode" });
  checkAddress(fields, "success_url");
  checkAddress(fields, "cancel_url");
  const expiresAt = fields.has("expires_at") ? readInteger(fields, "expires_at") : now + DAY_SECONDS;
  if (expiresAt < now + HALF_AN_HOUR_SECONDS || expiresAt > now + DAY_SECONDS) {
    throw invalid("`expires_at` must be between 30 minutes and 24 hours from now.", { param: "expires_at" });
  }
  const currency = fields.get("line_items.0.price_data.currency") ?? "";
  const amount =
    readInteger(fields, "line_items.0.price_data.unit_amount") * readInteger(fields, "line_items.0.quantity");
  checkAmount(amount, currency, "line_items[0][price_data][unit_amount]");
  const customer = fields.get("customer") ?? null;
  if (customer !== null) findCustomer(account, customer);
  if (customer !== null && fields.has("customer_creation")) {
    throw invalid("You may only specify one of these parameters: customer, customer_creation.", {
      param: "customer_creation",
    });
  }
  const id = account.newId("cs_test");
  const session: CheckoutSessionObject = {
    id,
    object: "checkout.session",
    mode: "payment",
    amount_total: amount,
    currency,
    client_reference_id: fields.get("client_reference_id") ?? null,
    created: now,
    customer,
    expires_at: expiresAt,
    livemode: false,
    metadata: fieldsUnder(fields, "metadata"),
    payment_intent: null,
    payment_status: "unpaid",
    status: "open",
    success_url: fields.get("success_url") ?? "",
    cancel_url: fields.get("cancel_url") ?? null,
    url: `https://checkout.stripe.com/c/pay/${id}`,
  };
  account.sessions.set(id, session);
  account.plans.set(id, {
    description: fields.get("payment_intent_data.description") ?? null,
    metadata: fieldsUnder(fields, "payment_intent_data.metadata"),
    setupFutureUsage: fields.get("payment_intent_data.setup_future_usage") ?? null,
    createsCustomer: fields.get("customer_creation") === "always",
  });
  return showSession(account, session, fields);
}

function createIntent({ account, fields }: EndpointCall): unknown {
  const currency = fields.get("currency") ?? "";
  const amount = readInteger(fields, "amount");
  checkAmount(amount, currency, "amount");
  if (fields.get("confirm") !== "true" || fields.get("off_session") !== "true") {
    throw invalid("the stand-in only has payments that are confirmed off session", { param: "off_session" });
  }
  if (fields.get("automatic_payment_methods.allow_redirects") !== "never") {
    throw invalid("Some payment methods might redirect: you must provide a `return_url`.", { param: "return_url" });
  }
  const customer = fields.get("customer") ?? null;
  if (customer !== null) findCustomer(account, customer);
  const method = findMethod(account, fields.get("payment_method") ?? "", 400);
  if (customer === null || method.customer !== customer) {
    throw invalid("The payment method does not belong to the customer.", { param: "payment_method" });
  }
  const intent: PaymentIntentObject = {
    id: account.newId("pi"),
    object: "payment_intent",
    amount,
    amount_received: 0,
    currency,
    created: account.nowSeconds(),
    customer,
    description: fields.get("description") ?? null,
    livemode: false,
    metadata: fieldsUnder(fields, "metadata"),
    payment_method: method.id,
    setup_future_usage: null,
    status: "requires_payment_method",
    last_payment_error: null,
  };
  account.charge(intent);
  return showIntent(account, intent, expands(fields, "payment_method"));
}

function list({ account, fields }: EndpointCall): unknown {
  const since = fields.has("created.gte") ? readInteger(fields, "created.gte") : 0;
  const limit = fields.has("limit") ? readInteger(fields, "limit") : 10;
  const newestFirst = [...account.intents.values()].toReversed().filter(({ created }) => created >= since);
  const after = newestFirst.findIndex(({ id }) => id === fields.get("starting_after"));
  const page = newestFirst.slice(after + 1, after + 1 + limit);
  const data = page.map((intent) => showIntent(account, intent, expands(fields, "data.payment_method")));
  return { object: "list", url: "/v1/payment_intents", has_more: after + 1 + limit < newestFirst.length, data };
}

function search({ account, fields, searchLagSeconds }: EndpointCall): unknown {
  const [, name = "", value] = /^metadata\["(\w+)"\]:"(\w+)"$/.exec(fields.get("query") ?? "") ?? [];
  if (value === undefined) throw invalid("We were unable to parse your search query.", { param: "query" });
  const known = account.nowSeconds() - searchLagSeconds;
  const found = [...account.intents.values()].filter((it) => it.metadata[name] === value && it.created <= known);
  const data = found.map((intent) => showIntent(account, intent, expands(fields, "data.payment_method")));
  return { object: "search_result", url: "/v1/payment_intents/search", has_more: false, next_page: null, data };
}

function findSession(account: StripeAccount, id: string): CheckoutSessionObject {
  return account.sessions.get(id) ?? refuse(missing("checkout.session", id, "session"));
}

function findIntent(account: StripeAccount, id: string): PaymentIntentObject {
  return account.intents.get(id) ?? refuse(missing("payment_intent", id, "intent"));
}

function findMethod(account: StripeAccount, id: string, status = 404): PaymentMethodObject {
  return account.methods.get(id) ?? refuse(missing("PaymentMethod", id, "payment_method", status));
}

function findCustomer(account: StripeAccount, id: string): void {
  if (!account.customers.has(id)) throw missing("customer", id, "customer", 400);
}

function showIntent(account: StripeAccount, intent: PaymentIntentObject, withMethod: boolean): unknown {
  const method = withMethod ? account.methods.get(intent.payment_method ?? "") : undefined;
  return method === undefined ? intent : { ...intent, payment_method: method };
}

function showSession(account: StripeAccount, session: CheckoutSessionObject, fields: FormFields): unknown {
  const intent = account.intents.get(session.payment_intent ?? "");
  const isExpanded = expands(fields, "payment_intent.payment_method");
  return intent === undefined || !isExpanded
    ? session
    : { ...session, payment_intent: showIntent(account, intent, true) };
}
