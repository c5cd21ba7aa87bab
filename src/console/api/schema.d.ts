// Made from `GET /v1/openapi.json` by `scripts/generate-api-types.ts`; do not edit.
export interface paths {
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Chat completions
         * @description Held before it is sent, settled to the last token. The provider's own refusals pass unchanged, except those about the gateway's own account, which are 502.
         *
         *     Needs a gateway key, or a session, which is charged as a key of its member without a team.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Who is charged. Believed from a key with `may_assert_identity`; else it must be the key's owner. */
                    "X-User-Id"?: string;
                    /** @description The team that is charged; likewise. */
                    "X-Team-Id"?: string;
                    /** @description The agent whose limits apply, or a name of your own, which is only logged. Only from a key with `may_assert_identity`. */
                    "X-Agent-Id"?: string;
                    /** @description The agent's run; required where the agent has a limit per run. Likewise. */
                    "X-Agent-Run-Id"?: string;
                    /** @description The id of the ticket of a 402: the same body is held at its frozen estimate. An unusable one is ignored. */
                    "X-Cost-Ticket"?: string;
                    /** @description Lower the request's own output cap to what the funds cover instead of refusing. */
                    "x-keeptrusts-clamp"?: "true";
                    /** @description Zero data retention for this request. It can only be stricter than the organization and the gateway. */
                    "x-keeptrusts-zdr"?: "off" | "passthrough" | "strict";
                    /** @description End a stream with the comment `: keeptrusts-cost {…}`; SSE readers skip comments. */
                    "x-keeptrusts-include-cost"?: "true";
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ChatCompletionRequest"];
                };
            };
            responses: {
                /** @description Chat completions */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProviderAnswer"];
                        "text/event-stream": string;
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Responses
         * @description Background mode is refused. Held before it is sent, settled to the last token. The provider's own refusals pass unchanged, except those about the gateway's own account, which are 502.
         *
         *     Needs a gateway key, or a session, which is charged as a key of its member without a team.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Who is charged. Believed from a key with `may_assert_identity`; else it must be the key's owner. */
                    "X-User-Id"?: string;
                    /** @description The team that is charged; likewise. */
                    "X-Team-Id"?: string;
                    /** @description The agent whose limits apply, or a name of your own, which is only logged. Only from a key with `may_assert_identity`. */
                    "X-Agent-Id"?: string;
                    /** @description The agent's run; required where the agent has a limit per run. Likewise. */
                    "X-Agent-Run-Id"?: string;
                    /** @description The id of the ticket of a 402: the same body is held at its frozen estimate. An unusable one is ignored. */
                    "X-Cost-Ticket"?: string;
                    /** @description Lower the request's own output cap to what the funds cover instead of refusing. */
                    "x-keeptrusts-clamp"?: "true";
                    /** @description Zero data retention for this request. It can only be stricter than the organization and the gateway. */
                    "x-keeptrusts-zdr"?: "off" | "passthrough" | "strict";
                    /** @description End a stream with the comment `: keeptrusts-cost {…}`; SSE readers skip comments. */
                    "x-keeptrusts-include-cost"?: "true";
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ResponseRequest"];
                };
            };
            responses: {
                /** @description Responses */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProviderAnswer"];
                        "text/event-stream": string;
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Messages
         * @description Held before it is sent, settled to the last token. The provider's own refusals pass unchanged, except those about the gateway's own account, which are 502.
         *
         *     Needs a gateway key, or a session, which is charged as a key of its member without a team.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Who is charged. Believed from a key with `may_assert_identity`; else it must be the key's owner. */
                    "X-User-Id"?: string;
                    /** @description The team that is charged; likewise. */
                    "X-Team-Id"?: string;
                    /** @description The agent whose limits apply, or a name of your own, which is only logged. Only from a key with `may_assert_identity`. */
                    "X-Agent-Id"?: string;
                    /** @description The agent's run; required where the agent has a limit per run. Likewise. */
                    "X-Agent-Run-Id"?: string;
                    /** @description The id of the ticket of a 402: the same body is held at its frozen estimate. An unusable one is ignored. */
                    "X-Cost-Ticket"?: string;
                    /** @description Lower the request's own output cap to what the funds cover instead of refusing. */
                    "x-keeptrusts-clamp"?: "true";
                    /** @description Zero data retention for this request. It can only be stricter than the organization and the gateway. */
                    "x-keeptrusts-zdr"?: "off" | "passthrough" | "strict";
                    /** @description End a stream with the comment `: keeptrusts-cost {…}`; SSE readers skip comments. */
                    "x-keeptrusts-include-cost"?: "true";
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MessageRequest"];
                };
            };
            responses: {
                /** @description Messages */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProviderAnswer"];
                        "text/event-stream": string;
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/count_tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count a message's tokens
         * @description Costs nothing and holds nothing; limits of requests (`rpm`) count it. The provider's own refusals pass unchanged, except those about the gateway's own account, which are 502.
         *
         *     Needs a gateway key, or a session, which is charged as a key of its member without a team.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Who is charged. Believed from a key with `may_assert_identity`; else it must be the key's owner. */
                    "X-User-Id"?: string;
                    /** @description The team that is charged; likewise. */
                    "X-Team-Id"?: string;
                    /** @description The agent whose limits apply, or a name of your own, which is only logged. Only from a key with `may_assert_identity`. */
                    "X-Agent-Id"?: string;
                    /** @description The agent's run; required where the agent has a limit per run. Likewise. */
                    "X-Agent-Run-Id"?: string;
                    /** @description Checked as on a message. Nothing of a count is ever kept here. */
                    "x-keeptrusts-zdr"?: "off" | "passthrough" | "strict";
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CountTokensRequest"];
                };
            };
            responses: {
                /** @description The count */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TokenCount"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the models that the caller may use
         * @description All of them, on one page.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Who is charged. Believed from a key with `may_assert_identity`; else it must be the key's owner. */
                    "X-User-Id"?: string;
                    /** @description The team that is charged; likewise. */
                    "X-Team-Id"?: string;
                    /** @description The agent whose limits apply, or a name of your own, which is only logged. Only from a key with `may_assert_identity`. */
                    "X-Agent-Id"?: string;
                    /** @description The agent's run; required where the agent has a limit per run. Likewise. */
                    "X-Agent-Run-Id"?: string;
                    /** @description With it the answer has Anthropic's shape, without it OpenAI's. */
                    "anthropic-version"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The models */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OpenaiModelList"] | components["schemas"]["AnthropicModelList"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a model that the caller may use
         * @description By its name or an alias.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Who is charged. Believed from a key with `may_assert_identity`; else it must be the key's owner. */
                    "X-User-Id"?: string;
                    /** @description The team that is charged; likewise. */
                    "X-Team-Id"?: string;
                    /** @description The agent whose limits apply, or a name of your own, which is only logged. Only from a key with `may_assert_identity`. */
                    "X-Agent-Id"?: string;
                    /** @description The agent's run; required where the agent has a limit per run. Likewise. */
                    "X-Agent-Run-Id"?: string;
                    /** @description With it the answer has Anthropic's shape, without it OpenAI's. */
                    "anthropic-version"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The model */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OpenaiModel"] | components["schemas"]["AnthropicModel"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Readiness */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Readiness */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "ok";
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the deployment
         * @description Databases and their migrations, bindings, credentials of providers, prices, payments that wait for somebody, and the newest 200 configurations in force.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Check the deployment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Doctor"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List organizations
         * @description Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List organizations */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Organization"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create an organization
         * @description Answers the organization with its first access key, which has every capability. The owner is invited by mail.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewOrganization"];
                };
            };
            responses: {
                /** @description Create an organization */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CreatedOrganization"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/organizations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an organization
         * @description Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get an organization */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Organization"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename, suspend or reactivate an organization, or set its plan of seats and whether it issues credit
         * @description With fewer seats than members have, those who got theirs first keep their credits. A changed amount acts from the next grant on.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OrganizationPatch"];
                };
            };
            responses: {
                /** @description Rename, suspend or reactivate an organization, or set its plan of seats and whether it issues credit */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Organization"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/admin/wallets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List an organization's wallets
         * @description Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    scope?: "seat" | "user" | "team" | "organization";
                    /** @description Whose. */
                    organization_id: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List an organization's wallets */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Wallet"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/wallets/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the balance of a cascade of an organization
         * @description Of a user, a team, or, with neither, the organization's own wallet.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query: {
                    user_id?: string;
                    team_id?: string;
                    /** @description Whose. */
                    organization_id: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get the balance of a cascade of an organization */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Balance"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/wallets/{id}/transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a wallet's transactions
         * @description Newest first. They sum to the wallet's balance.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Whose. */
                    organization_id: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List a wallet's transactions */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Transaction"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/reservations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List an organization's reservations
         * @description Newest first.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    status?: "open" | "settled" | "released" | "expired";
                    /** @description Those that hold money in it, or did: the open ones, and among the newest 5000. */
                    wallet_id?: string;
                    /** @description Whose. */
                    organization_id: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List an organization's reservations */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Reservation"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/wallets/credit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring money in
         * @description Into the named wallet, or the organization's. Send an `Idempotency-Key`: a repeat posts nothing and gets the first answer.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AdminCredit"];
                };
            };
            responses: {
                /** @description Bring money in */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transfer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/wallets/allocate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move money to a team or a user
         * @description From the organization's wallet, as far as it is available. Send an `Idempotency-Key`: a repeat posts nothing and gets the first answer.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AdminAllocation"];
                };
            };
            responses: {
                /** @description Move money to a team or a user */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transfer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/wallets/reclaim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move money back to the organization
         * @description As far as it is available. Send an `Idempotency-Key`: a repeat posts nothing and gets the first answer.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AdminAllocation"];
                };
            };
            responses: {
                /** @description Move money back to the organization */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transfer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/organizations/{id}/wallet-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an organization's wallet settings
         * @description Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get an organization's wallet settings */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WalletSettings"];
                    };
                };
            };
        };
        /**
         * Change an organization's wallet settings
         * @description Changes what the body names. The currency cannot change while any wallet holds money.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WalletSettingsPatch"];
                };
            };
            responses: {
                /** @description Change an organization's wallet settings */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WalletSettings"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/model-pricing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List prices
         * @description Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    provider?: "openai" | "anthropic";
                    model?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List prices */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["StoredModelPrice"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Add a price
         * @description Begins at `effective_from`; without it now, or from ever when the model has no price yet. A running period of the same model or alias ends where the new one begins. More than 1,000 USD per million tokens, 10 USD per call or a regional factor of 10 needs `force`. `/preview` answers what would change.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ModelPriceRequest"];
                };
            };
            responses: {
                /** @description Add a price */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StoredModelPrice"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/model-pricing/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a price
         * @description Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a price */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StoredModelPrice"];
                    };
                };
            };
        };
        /**
         * Replace a price
         * @description A running period ends now, as a row of its own, and goes on from now under its id with the new content. What was settled stays as it was.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ModelPriceRequest"];
                };
            };
            responses: {
                /** @description Replace a price */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StoredModelPrice"];
                    };
                };
            };
        };
        post?: never;
        /**
         * End a price
         * @description A running period ends now; one that has not begun is removed.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description End a price */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/model-pricing/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview a price
         * @description What `POST`, or with `id` `PUT /v1/admin/model-pricing/{id}`, would change: the price before and after, the periods, 1,000 tokens in USD, what would need `force`, and what the model was used for lately. Refused as the change itself would be, but for `force`.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ModelPricePreviewRequest"];
                };
            };
            responses: {
                /** @description Preview a price */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ModelPricePreview"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/exchange-rates/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview exchange rates
         * @description What `PUT` would change, and what was spent in these currencies lately. It changes nothing.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ExchangeRatesPreviewRequest"];
                };
            };
            responses: {
                /** @description Preview exchange rates */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExchangeRatesPreview"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/exchange-rates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the exchange rates
         * @description Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get the exchange rates */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExchangeRates"];
                    };
                };
            };
        };
        /**
         * Set exchange rates
         * @description Merges what the body names. In force for new reservations at once; open ones keep theirs. A rate more than ten times, or less than a tenth of, what it was needs `force`. `/preview` answers what would change.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewExchangeRates"];
                };
            };
            responses: {
                /** @description Set exchange rates */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExchangeRates"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the organization of the key
         * @description All of it with `org:read`; else what a member needs to read amounts and days.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get the organization of the key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Organization"] | components["schemas"]["MemberOrganization"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename the organization
         * @description Needs the capability `org:admin`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OwnOrganizationPatch"];
                };
            };
            responses: {
                /** @description Rename the organization */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Organization"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List members
         * @description Without `org:read`: the caller itself, and the members of the teams that it leads.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description `true`: only those with a seat; `false`: only the others. */
                    seat?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List members */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Member"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Add a member
         * @description The member exists at once; the account with this e-mail becomes it. A mail invites them to sign in: `invitation` says what became of it.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewMember"];
                };
            };
            responses: {
                /** @description Add a member */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Member"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a member
         * @description Without `org:read`: the caller itself, and the members of the teams that it leads.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a member */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Member"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Remove a member
         * @description The member's keys and seat go too. Refused for the last owner; with `wallet_not_empty` while the member's wallet has money, unless `reclaim` is true; and with `wallet_in_use` while requests under way hold some of it. A repeat completes what broke off.
         *
         *     Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: {
                    /** @description `true` moves what its wallet has to the organization's wallet; else a wallet with money refuses. */
                    reclaim?: "true" | "false";
                };
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Remove a member */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a member's name, role or rate limits
         * @description Needs the capability `org:admin`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MemberPatch"];
                };
            };
            responses: {
                /** @description Change a member's name, role or rate limits */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Member"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/members/{id}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a member's invitation again
         * @description At most three mails an hour, else 409 `invited_too_often` with `retry-after`; 409 `invitation_accepted` once the member has signed in, 409 `mail_not_configured` where no mail can be sent.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Send a member's invitation again */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Member"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{id}/seat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a member's seat
         * @description With the credit of this month and what is left of it. Without `org:read`: the caller's own.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a member's seat */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Seat"];
                    };
                };
            };
        };
        /**
         * Give a member a seat
         * @description Its first credit is granted at once, or next month when the plan's grants of this month are used up. Refused with `no_seats_left` when the plan has no more seats. A repeat changes nothing.
         *
         *     Needs the capability `org:admin`.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Give a member a seat */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Seat"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Take a member's seat away
         * @description What is left of its credit expires at once; what running requests hold stays usable for them.
         *
         *     Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Take a member's seat away */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List teams
         * @description Without `org:read`: the teams that the caller's member belongs to.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List teams */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["LimitedRecord"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a team
         * @description Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewLimitedRecord"];
                };
            };
            responses: {
                /** @description Create a team */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LimitedRecord"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a team
         * @description Without `org:read`: the teams that the caller's member belongs to.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a team */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LimitedRecord"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a team
         * @description Refused while keys name it. Refused with `wallet_not_empty` while its wallet has money, unless `reclaim` is true, and with `wallet_in_use` while requests under way hold some of it. A repeat completes what broke off.
         *
         *     Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: {
                    /** @description `true` moves what its wallet has to the organization's wallet; else a wallet with money refuses. */
                    reclaim?: "true" | "false";
                };
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete a team */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a team
         * @description Needs the capability `org:admin`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LimitedRecordPatch"];
                };
            };
            responses: {
                /** @description Change a team */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LimitedRecord"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/service-users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List service users
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List service users */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["LimitedRecord"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a service user
         * @description Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewLimitedRecord"];
                };
            };
            responses: {
                /** @description Create a service user */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LimitedRecord"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/service-users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a service user
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a service user */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LimitedRecord"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a service user
         * @description Its keys go with it. Refused with `wallet_not_empty` while its wallet has money, unless `reclaim` is true, and with `wallet_in_use` while requests under way hold some of it. A repeat completes what broke off.
         *
         *     Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: {
                    /** @description `true` moves what its wallet has to the organization's wallet; else a wallet with money refuses. */
                    reclaim?: "true" | "false";
                };
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete a service user */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a service user
         * @description Needs the capability `org:admin`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LimitedRecordPatch"];
                };
            };
            responses: {
                /** @description Change a service user */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LimitedRecord"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/gateways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List gateways
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List gateways */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Gateway"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a gateway
         * @description Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewGateway"];
                };
            };
            responses: {
                /** @description Create a gateway */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Gateway"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a gateway
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a gateway */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Gateway"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a gateway
         * @description Its keys go with it. It has no wallet, so there is nothing to reclaim.
         *
         *     Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: {
                    /** @description `true` moves what its wallet has to the organization's wallet; else a wallet with money refuses. */
                    reclaim?: "true" | "false";
                };
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete a gateway */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a gateway
         * @description Needs the capability `org:admin`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["GatewayPatch"];
                };
            };
            responses: {
                /** @description Change a gateway */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Gateway"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/gateways/{id}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a gateway's configuration
         * @description A key with `org:read` reads every gateway's, a key of the gateway itself with `control_plane` its own.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a gateway's configuration */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GatewayConfig"];
                    };
                };
            };
        };
        /**
         * Give a gateway its policy-config.yaml
         * @description The body is the text. It is in force for the next request, as a new version; the same text as the one in force makes none. A text with errors changes nothing: 400 `config_invalid`, with all of them in `error.errors[] {code, path, line, column, message, suggestion?}`. A gateway keeps 1,000 texts and refuses more.
         *
         *     Needs the capability `org:admin`.
         */
        put: {
            parameters: {
                query?: {
                    /** @description The version that this was made from, 0 for none: when another one is in force, nothing is changed (409 `version_conflict`). */
                    expected_version?: string;
                };
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/yaml": string;
                    "text/yaml": string;
                };
            };
            responses: {
                /** @description Give a gateway its policy-config.yaml */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeployedGatewayConfig"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Take a gateway's configuration away
         * @description As a new version without a text: from then on the gateway uses the managed targets. The versions before stay, and can be brought back.
         *
         *     Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: {
                    /** @description The version that this was made from, 0 for none: when another one is in force, nothing is changed (409 `version_conflict`). */
                    expected_version?: string;
                };
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Take a gateway's configuration away */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeployedGatewayConfig"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/{id}/config/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the versions of a gateway's configuration
         * @description The newest first. A key with `org:read` reads every gateway's, a key of the gateway itself with `control_plane` its own.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List the versions of a gateway's configuration */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["GatewayConfigVersion"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/{id}/config/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get one version of a gateway's configuration
         * @description A key with `org:read` reads every gateway's, a key of the gateway itself with `control_plane` its own.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get one version of a gateway's configuration */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GatewayConfig"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/config/lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a policy-config.yaml
         * @description What a push would refuse and what it would warn of, without a push: the linter's own rules, then what the deployment allows and whether the agents and secrets exist. A text with errors is an answer here, no refusal. It changes nothing.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/yaml": string;
                    "text/yaml": string;
                };
            };
            responses: {
                /** @description Check a policy-config.yaml */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConfigReport"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/{id}/config/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring an earlier configuration back
         * @description Makes a new version with the text of that one, which is checked as if it were sent now.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: {
                    /** @description The version that this was made from, 0 for none: when another one is in force, nothing is changed (409 `version_conflict`). */
                    expected_version?: string;
                };
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ConfigRollback"];
                };
            };
            responses: {
                /** @description Bring an earlier configuration back */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeployedGatewayConfig"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a team's members
         * @description Of any team with `org:read`; a lead of the own one.
         *
         *     Needs the capability `org:read`, or to lead the team.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List a team's members */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["TeamMember"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Add a member to a team, or change the member's role in it
         * @description A lead of the team adds members; making somebody a lead, or changing one, needs `org:admin`.
         *
         *     Needs the capability `org:admin`, or to lead the team.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewTeamMember"];
                };
            };
            responses: {
                /** @description Add a member to a team, or change the member's role in it */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TeamMember"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams/{id}/members/{member_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a member from a team
         * @description A lead of the team removes members; removing a lead needs `org:admin`.
         *
         *     Needs the capability `org:admin`, or to lead the team.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                    member_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Remove a member from a team */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List agents
         * @description Needs the capability `agents:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List agents */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Agent"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create an agent
         * @description A key with `may_assert_identity` names it in `X-Agent-Id`.
         *
         *     Needs the capability `agents:write`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewAgent"];
                };
            };
            responses: {
                /** @description Create an agent */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agent"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an agent
         * @description Needs the capability `agents:read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get an agent */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agent"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete an agent
         * @description Its constraints go with it. Requests that still name it are refused (403).
         *
         *     Needs the capability `agents:write`.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete an agent */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change, pause or disable an agent
         * @description From then on requests of an agent that is not active are refused; those under way end as usual.
         *
         *     Needs the capability `agents:write`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AgentPatch"];
                };
            };
            responses: {
                /** @description Change, pause or disable an agent */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agent"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/agents/{id}/usage-constraints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List an agent's constraints, with what it has used
         * @description For constraints per run, `run_id` says whose usage is shown.
         *
         *     Needs the capability `agents:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The run whose usage is asked for, as in `X-Agent-Run-Id`. */
                    run_id?: string;
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List an agent's constraints, with what it has used */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["ConstraintUsage"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Limit what an agent may use
         * @description All constraints of an agent must pass; it has at most 20.
         *
         *     Needs the capability `agents:write`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewUsageConstraint"];
                };
            };
            responses: {
                /** @description Limit what an agent may use */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UsageConstraint"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{id}/usage-constraints/{constraint_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Replace a constraint
         * @description Another limit keeps what was used; another type or window counts on its own.
         *
         *     Needs the capability `agents:write`.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                    constraint_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewUsageConstraint"];
                };
            };
            responses: {
                /** @description Replace a constraint */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UsageConstraint"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a constraint
         * @description Needs the capability `agents:write`.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                    constraint_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete a constraint */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys
         * @description Newest first. Without `org:read`: the caller's own.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    member_id?: string;
                    service_user_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List keys */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["ListedKey"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a key
         * @description The answer has the token as `key`, once. A key can only have capabilities that its maker has. With `self` alone a member makes gateway keys of its own, for a team that it belongs to or none, without capabilities, tags and rate limits, while the setting `self_service_keys` allows it; at most 20 in force.
         *
         *     Needs the capability `org:admin`; with `self` it is about what is the caller's own.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CreateKey"];
                };
            };
            responses: {
                /** @description Create a key */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NewKey"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a key
         * @description Without `org:read`: one of the caller's own.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ListedKey"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a key
         * @description It is refused from then on. Its spend stays in the logs.
         *
         *     Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete a key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a key
         * @description Needs the capability `org:admin`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["KeyPatch"];
                };
            };
            responses: {
                /** @description Change a key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Key"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a key's token
         * @description The old token is revoked at once, or after `overlap_seconds`. The answer has the new token as `key`, once. With `self` alone: of a key that its member could make, while the setting `self_service_keys` allows it.
         *
         *     Needs the capability `org:admin`; with `self` it is about what is the caller's own.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RotateKey"];
                };
            };
            responses: {
                /** @description Replace a key's token */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NewKey"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a key at once
         * @description With `self` alone: any of the caller's own.
         *
         *     Needs the capability `org:admin`; with `self` it is about what is the caller's own.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Revoke a key at once */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Key"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/create-checkout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a payment
         * @description Gives the address at which the payer pays. Whoever has `org:billing` funds any wallet that the payment settings allow; members the organization's, their own while `self_service_user_top_up` is on, and those of teams that they lead. When it is not possible, `code` says why.
         *
         *     Needs any valid key, or a session.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Checkout"];
                };
            };
            responses: {
                /** @description Begin a payment */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CheckoutSession"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/confirm-checkout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a payment
         * @description Asks the provider for the money of a checkout that the payer has approved, and credits it. Can be repeated; the webhook does the same by itself, whichever comes first.
         *
         *     Needs any valid key, or a session.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CheckoutConfirmation"];
                };
            };
            responses: {
                /** @description Confirm a payment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentSession"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a payment
         * @description Whoever has `org:read` or `org:billing` sees every payment of the organization, everybody else their own. While it is under way the provider is asked, so that polling needs no webhook.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a payment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentSession"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List payments
         * @description Newest first.
         *
         *     Needs the capability `org:billing`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    status?: "created" | "capturing" | "captured" | "completed" | "canceled" | "failed" | "expired" | "refunded";
                    /** @description Made at this instant or later. */
                    from?: string;
                    /** @description Made before this instant. */
                    to?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List payments */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["PaymentSession"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the payment settings
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get the payment settings */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentSettings"];
                    };
                };
            };
        };
        /**
         * Change payment settings
         * @description Changes what the body names. Amounts are in the organization's currency; presets must lie within the limits.
         *
         *     Needs the capability `org:billing`.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PaymentSettingsPatch"];
                };
            };
            responses: {
                /** @description Change payment settings */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentSettings"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See what can be topped up
         * @description For the caller, by scope: whether `create-checkout` would work, and if not, why. `team_id` and `user_id` ask about others' wallets.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: {
                    team_id?: string;
                    user_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description See what can be topped up */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentAvailability"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List saved payment methods
         * @description Without `org:billing`: those that the caller has saved.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List saved payment methods */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["PaymentMethod"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/methods/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a saved payment method
         * @description The provider forgets it too. Without `org:billing`: one that the caller has saved.
         *
         *     Needs any valid key, or a session.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Remove a saved payment method */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/auto-topups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List auto top-ups
         * @description What was charged to refill wallets, and what was not and why; newest first. Without `org:read` or `org:billing`: of the wallets that the caller sees.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    status?: "open" | "completed" | "failed" | "canceled";
                    wallet_id?: string;
                    /** @description Begun at this instant or later. */
                    from?: string;
                    /** @description Begun before this instant. */
                    to?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List auto top-ups */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["AutoTopUp"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{id}/auto-topup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a wallet's auto top-up
         * @description Its settings, and how it stands. Of any wallet with `org:billing`; else of the caller's own, while they may top it up themselves.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a wallet's auto top-up */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AutoTopUpStanding"];
                    };
                };
            };
        };
        /**
         * Set a wallet's auto top-up
         * @description Acts at once: a wallet whose balance is below the threshold is refilled. Saving it again begins anew after declines. Of any wallet with `org:billing`; else of the caller's own, while they may top it up themselves. Members name a payment method that they saved themselves. Turning it off with all else as it was is always possible.
         *
         *     Needs any valid key, or a session.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AutoTopUpChange"];
                };
            };
            responses: {
                /** @description Set a wallet's auto top-up */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AutoTopUpSettings"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the payments of all organizations
         * @description Newest first.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    status?: "created" | "capturing" | "captured" | "completed" | "canceled" | "failed" | "expired" | "refunded";
                    /** @description Made at this instant or later. */
                    from?: string;
                    /** @description Made before this instant. */
                    to?: string;
                    organization_id?: string;
                    provider?: "sandbox" | "stripe";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List the payments of all organizations */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["PaymentSession"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/payments/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the payment provider
         * @description Which one is active, and what each could take.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get the payment provider */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentsConfig"];
                    };
                };
            };
        };
        /**
         * Choose the payment provider
         * @description Changes what the body names; for new sessions. Sessions that are under way stay with their provider.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PaymentsConfigPatch"];
                };
            };
            responses: {
                /** @description Choose the payment provider */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentsConfig"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/payments/refund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refund a payment
         * @description All of it or a part; one that could not be credited as a whole, after which it never is. The money leaves the wallet also when it was spent: the wallet is then below zero and has nothing for new requests. Send an `Idempotency-Key`: a repeat refunds nothing more.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            responses: {
                /** @description Refund a payment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RefundAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/webhooks/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive a provider's webhook
         * @description For payment providers: the signature over the raw body is the proof. Each event acts once, however often and in whatever order events come; anything but 200 has the provider send it again.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    provider: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": string;
                };
            };
            responses: {
                /** @description Taken */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PaymentWebhookAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List wallets
         * @description The organization's, then the teams', then the users'. Without `org:read`: the caller's own, its seat's credit, and those of the teams that it leads.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    scope?: "seat" | "user" | "team" | "organization";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List wallets */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Wallet"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the balance of a cascade
         * @description Each source in the order in which it is asked, and the one that pays next. Without a query: the caller's own cascade. Another user's, or that of a team to which the caller does not belong, needs `org:read`, or a key that may assert identities.
         *
         *     Needs any valid key, or a session.
         *
         *     An application needs the scope `wallet:read`, and sees its user's own.
         */
        get: {
            parameters: {
                query?: {
                    user_id?: string;
                    team_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get the balance of a cascade */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Balance"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{id}/transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a wallet's transactions
         * @description Newest first. They sum to the wallet's balance. Without `org:read`: the caller's own, its seat's credit, and those of the teams that it leads.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List a wallet's transactions */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Transaction"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{id}/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Forecast a wallet
         * @description How fast requests spend it, and when nothing will be available at that pace: of the last seven days, or of the wallet's life when that is shorter, of one day at least. What is moved to other wallets is not spent. Without `org:read`: the caller's own, its seat's credit, and those of the teams that it leads.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Forecast a wallet */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WalletForecast"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List reservations
         * @description Newest first. Without `org:read`: of the caller's own requests and of the teams that it leads, among the organization's newest 5000.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    status?: "open" | "settled" | "released" | "expired";
                    /** @description Those that hold money in it, or did: the open ones, and among the newest 5000. */
                    wallet_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List reservations */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Reservation"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the wallet settings
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get the wallet settings */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WalletSettings"];
                    };
                };
            };
        };
        /**
         * Change wallet settings
         * @description Changes what the body names. The currency cannot change while any wallet holds money.
         *
         *     Needs the capability `org:billing`.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WalletSettingsPatch"];
                };
            };
            responses: {
                /** @description Change wallet settings */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WalletSettings"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/credit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring money in
         * @description Into the named wallet, or the organization's. Send an `Idempotency-Key`: a repeat posts nothing and gets the first answer.
         *
         *     Needs the capability `org:billing`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Credit"];
                };
            };
            responses: {
                /** @description Bring money in */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transfer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/allocate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move money to a team or a user
         * @description From the organization's wallet, as far as it is available. Send an `Idempotency-Key`: a repeat posts nothing and gets the first answer.
         *
         *     Needs the capability `org:billing`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Allocation"];
                };
            };
            responses: {
                /** @description Move money to a team or a user */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transfer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/reclaim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move money back to the organization
         * @description As far as it is available. Send an `Idempotency-Key`: a repeat posts nothing and gets the first answer.
         *
         *     Needs the capability `org:billing`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Allocation"];
                };
            };
            responses: {
                /** @description Move money back to the organization */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transfer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a wallet
         * @description Without `org:read`: the caller's own, its seat's credit, and those of the teams that it leads.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a wallet */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Wallet"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateway/wallets/reserve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold money for a request
         * @description The hold is the worst case of what the request can cost, and the organization's buffer.
         *
         *     Needs the capability `control_plane`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reserve"];
                };
            };
            responses: {
                /** @description Hold money for a request */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Reserved"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateway/wallets/redeem-ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold the frozen amount of a cost ticket
         * @description While money is still short: 402 with the same ticket.
         *
         *     Needs the capability `control_plane`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RedeemTicket"];
                };
            };
            responses: {
                /** @description Hold the frozen amount of a cost ticket */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Reserved"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateway/wallets/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post what a request has cost
         * @description Posts the cost and frees the rest of the hold. A repeat gets the first answer.
         *
         *     Needs the capability `control_plane`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Settle"];
                };
            };
            responses: {
                /** @description Post what a request has cost */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Settled"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateway/wallets/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a reservation at no charge
         * @description For requests that delivered nothing. A repeat gets the first answer.
         *
         *     Needs the capability `control_plane`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            responses: {
                /** @description End a reservation at no charge */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Settled"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateway/wallets/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew the lease of a running request
         * @description It may ask for more to be held, for an answer that becomes longer than what was reserved for it.
         *
         *     Needs the capability `control_plane`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            responses: {
                /** @description Renew the lease of a running request */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Checkpointed"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateway/agents/{id}/usage-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how an agent's constraints stand
         * @description Holds nothing: only a reservation with `agent_id` is sure of its room. An agent with a limit per run needs `run_id`. The key of a gateway also sees the constraints of its configuration.
         *
         *     Needs the capability `control_plane`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The run whose usage is asked for, as in `X-Agent-Run-Id`. */
                    run_id?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description See how an agent's constraints stand */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UsageCheck"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateway/agents/{id}/usage-increment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count what an agent has used elsewhere
         * @description For requests that were not reserved here. Counts once per `request_id`, also beyond the limit: it has happened. No wallet pays for it.
         *
         *     Needs the capability `control_plane`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UsageIncrement"];
                };
            };
            responses: {
                /** @description Count what an agent has used elsewhere */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UsageIncremented"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the catalog
         * @description Every model in force with its prices and limits, and whether the caller may use it. What the configuration of the caller's gateway declares is shown at its declared price.
         *
         *     Needs any valid key, or a session.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: {
                    /** @description Who is charged. Believed from a key with `may_assert_identity`; else it must be the key's owner. */
                    "X-User-Id"?: string;
                    /** @description The team that is charged; likewise. */
                    "X-Team-Id"?: string;
                    /** @description The agent whose limits apply, or a name of your own, which is only logged. Only from a key with `may_assert_identity`. */
                    "X-Agent-Id"?: string;
                    /** @description The agent's run; required where the agent has a limit per run. Likewise. */
                    "X-Agent-Run-Id"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List the catalog */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["CatalogModel"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/cost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Price a usage object
         * @description As a settlement would, at the prices of the price book at that time.
         *
         *     Needs any valid key, or a session.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CostRequest"];
                };
            };
            responses: {
                /** @description Price a usage object */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CostAnswer"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/estimate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Estimate a request
         * @description What would be held, per target, and who would pay. Nothing is held.
         *
         *     Needs any valid key, or a session.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Who is charged. Believed from a key with `may_assert_identity`; else it must be the key's owner. */
                    "X-User-Id"?: string;
                    /** @description The team that is charged; likewise. */
                    "X-Team-Id"?: string;
                    /** @description The agent whose limits apply, or a name of your own, which is only logged. Only from a key with `may_assert_identity`. */
                    "X-Agent-Id"?: string;
                    /** @description The agent's run; required where the agent has a limit per run. Likewise. */
                    "X-Agent-Run-Id"?: string;
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["EstimateRequest"];
                };
            };
            responses: {
                /** @description Estimate a request */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Estimate"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/access-policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List access policies
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List access policies */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["AccessPolicy"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create an access policy
         * @description Deny always wins; what nothing allows is denied; of several allows the smallest of each limit applies. It is in force with the next request.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewAccessPolicy"];
                };
            };
            responses: {
                /** @description Create an access policy */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessPolicy"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/access-policies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an access policy
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get an access policy */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessPolicy"];
                    };
                };
            };
        };
        /**
         * Replace an access policy
         * @description Needs the capability `org:admin`.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewAccessPolicy"];
                };
            };
            responses: {
                /** @description Replace an access policy */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessPolicy"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete an access policy
         * @description Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete an access policy */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change an access policy
         * @description Each field that is named is replaced as a whole.
         *
         *     Needs the capability `org:admin`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AccessPolicyPatch"];
                };
            };
            responses: {
                /** @description Change an access policy */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessPolicy"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/unified-access/access-policies/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask what the access policies would decide
         * @description Decided by the code that decides requests, with the drafts as if they were saved. Changes nothing.
         *
         *     Needs the capability `org:read`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SimulateAccess"];
                };
            };
            responses: {
                /** @description Ask what the access policies would decide */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessDecision"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/budgets/effective": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how budgets stand for a use
         * @description Every window that a request of this subject, for this model, would be tested against. Without `org:read` the subject is the caller itself, with a team of its own, or a team that it leads.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description What that key is charged to, with the other ids as its headers. */
                    key_id?: string;
                    user_id?: string;
                    team_id?: string;
                    service_user_id?: string;
                    gateway_id?: string;
                    agent_id?: string;
                    /** @description Without it no budget of a model, or of a model's tag, matches. */
                    model?: string;
                    /** @description By default one that the model has. */
                    endpoint?: "openai.chat" | "openai.responses" | "anthropic.messages";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description See how budgets stand for a use */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EffectiveBudgets"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/budgets/standing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how all budgets stand
         * @description Every window of every budget, and where its pace leads. Budgets that were made in the last seconds may be missing.
         *
         *     Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description See how all budgets stand */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BudgetStandings"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/budgets/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask what the budgets would decide
         * @description Decided by the code that decides requests, with the drafts as if they were saved. Of `amount`, `body` and `tokens` at most one; without any, a request without input and output cap. An `amount` is tested against budgets alone; a request is first planned as it would be. Changes nothing.
         *
         *     Needs the capability `org:read`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SimulateBudgets"];
                };
            };
            responses: {
                /** @description Ask what the budgets would decide */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BudgetSimulation"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/budgets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List budgets
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List budgets */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Budget"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a budget
         * @description Calendar windows in the organization's time zone. Every budget that matches a request must have room for what it holds, else it is refused with 429 before anything is held. A new budget counts from now; a changed one keeps what was used.
         *
         *     Needs the capability `org:billing`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewBudget"];
                };
            };
            responses: {
                /** @description Create a budget */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Budget"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/budgets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a budget
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a budget */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Budget"];
                    };
                };
            };
        };
        /**
         * Replace a budget
         * @description Needs the capability `org:billing`.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewBudget"];
                };
            };
            responses: {
                /** @description Replace a budget */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Budget"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a budget
         * @description Needs the capability `org:billing`.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete a budget */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a budget
         * @description Each field that is named is replaced as a whole.
         *
         *     Needs the capability `org:billing`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["BudgetPatch"];
                };
            };
            responses: {
                /** @description Change a budget */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Budget"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/unified-access/oauth-clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List OAuth clients
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List OAuth clients */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["OAuthClient"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Register an OAuth client
         * @description A confidential client's answer has its secret as `client_secret`, once. At most 100 of them.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewOAuthClient"];
                };
            };
            responses: {
                /** @description Register an OAuth client */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OAuthClientWithSecret"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unified-access/oauth-clients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an OAuth client
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get an OAuth client */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OAuthClient"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete an OAuth client
         * @description Everything that its users gave it is revoked first.
         *
         *     Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete an OAuth client */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change an OAuth client
         * @description Holds for consents that are asked for from now on; pages that are open are closed. A scope that is taken away is in no access token that is given from now on, whatever users have consented to.
         *
         *     Needs the capability `org:admin`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OAuthClientPatch"];
                };
            };
            responses: {
                /** @description Change an OAuth client */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OAuthClient"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/unified-access/oauth-clients/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace an OAuth client's secret
         * @description The answer has the new secret as `client_secret`, once; the old one is no good from then on.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Replace an OAuth client's secret */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OAuthClientWithSecret"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List connected applications
         * @description Consents whose tokens are good, newest first. With `org:admin` everybody's; else those of the caller's member, and another one's `user_id` finds nothing.
         *
         *     Needs the capability `org:admin`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    user_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List connected applications */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["OAuthGrant"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/grants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Disconnect an application
         * @description Revokes the consent with all its tokens: the next request with one of them is refused. With `org:admin` anybody's, else one of the caller's member.
         *
         *     Needs the capability `org:admin`; with `self` it is about what is the caller's own.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Disconnect an application */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/authorize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask a user for consent
         * @description Shows a form to the signed-in user; whoever is not signed in is sent there first. RFC 6749, 7636, 9207.
         */
        get: {
            parameters: {
                query: {
                    response_type: "code";
                    client_id: string;
                    /** @description One that is registered, to the letter. */
                    redirect_uri: string;
                    code_challenge: string;
                    code_challenge_method: "S256";
                    /** @description Without it all that the client may ask for. */
                    scope?: string;
                    state?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The consent page. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
                /** @description To the sign-in page, or back to the application with `error`. */
                302: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        /**
         * Decide about a consent
         * @description What the consent page's form sends.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": {
                        consent: string;
                        /** @enum {string} */
                        decision: "approve" | "deny";
                        spend_cap?: string;
                        /** @enum {string} */
                        spend_cap_window?: "daily" | "weekly" | "monthly";
                    };
                };
            };
            responses: {
                /** @description Back to the application with `code` or `error`, `state` and `iss`. */
                303: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a code or a refresh token
         * @description A confidential client authenticates by HTTP Basic or `client_secret`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": {
                        /** @enum {string} */
                        grant_type: "authorization_code" | "refresh_token";
                        client_id?: string;
                        client_secret?: string;
                        code?: string;
                        redirect_uri?: string;
                        code_verifier?: string;
                        refresh_token?: string;
                        /** @description Fewer than were consented, for this access token. */
                        scope?: string;
                    };
                };
            };
            responses: {
                /** @description New tokens. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OAuthTokens"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a token
         * @description RFC 7009. A refresh token goes with all that its consent gave.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": {
                        token: string;
                        token_type_hint?: string;
                        client_id?: string;
                        client_secret?: string;
                    };
                };
            };
            responses: {
                /** @description The token is no good any more. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, never>;
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/userinfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the user of an access token */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Whom it acts for. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OAuthUserinfo"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the server's metadata
         * @description RFC 8414.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Metadata. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in
         * @description With every organization of the person, and what their role there may do.
         *
         *     Needs a person who is signed in: a session's cookie, and no key.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description With a session: the organization to ask as a member of. Absent: that of the oldest membership. */
                    "x-keeptrusts-organization"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Who is signed in */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an organization
         * @description The person becomes its owner; it has no key yet, and issues no credit: its money comes by top-ups and from the platform. Each person makes at most `SIGN_UP_ORGANIZATIONS` of them, ever.
         *
         *     Needs a person who is signed in: a session's cookie, and no key.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewOwnOrganization"];
                };
            };
            responses: {
                /** @description Make an organization */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FoundedOrganization"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platform/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Claim the platform role
         * @description With the deployment's own secret, once, while nobody has the role. Five wrong tokens of one person in fifteen minutes are 429.
         *
         *     Needs a person who is signed in: a session's cookie, and no key.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PlatformClaim"];
                };
            };
            responses: {
                /** @description Claim the platform role */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Administrator"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/administrators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the people with the platform role
         * @description Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List the people with the platform role */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Administrator"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Give a person the platform role
         * @description The person has signed up, and verified the address. Their session then reaches every route of the platform.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewAdministrator"];
                };
            };
            responses: {
                /** @description Give a person the platform role */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Administrator"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/administrators/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take the platform role from a person
         * @description By the `user_id`; from the next request on. Refused for the last one.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Take the platform role from a person */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/spend/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report a request of a gateway elsewhere
         * @description For requests that held no money here. One row per `request_id`: a repeat answers the first row, and the row of a reservation with this id, made before or after, takes its place.
         *
         *     Needs the capability `control_plane`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewSpendLog"];
                };
            };
            responses: {
                /** @description Report a request of a gateway elsewhere */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SpendLog"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/spend/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List spend logs
         * @description Newest first, by any combination of filters. A key without `org:read` sees its own rows, those of the member it belongs to, and with `self` those of the teams that this member leads. Filters for others find nothing then.
         *
         *     Needs any valid key, or a session.
         *
         *     An application needs the scope `spend:read`, and sees its user's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    key_id?: string;
                    user_id?: string;
                    team_id?: string;
                    agent_id?: string;
                    provider?: string;
                    model?: string;
                    status?: "completed" | "client_disconnected" | "upstream_error" | "refused" | "cached" | "expired";
                    /** @description Inclusive. */
                    from?: string;
                    /** @description Exclusive. */
                    to?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List spend logs */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["SpendLog"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/spend/logs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a spend log
         * @description A key without `org:read` sees its own rows, those of the member it belongs to, and with `self` those of the teams that this member leads.
         *
         *     Needs any valid key, or a session.
         *
         *     An application needs the scope `spend:read`, and sees its user's own.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a spend log */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SpendLog"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/spend/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sum up what was spent
         * @description Exact to the nano-unit and to the millisecond in every time zone: the days of a range add up to the range. At most 400 days; 62 by hours. A request counts where it began. Without `org:read` it sums the rows that `GET /v1/spend/logs` shows.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Inclusive; without it, 30 days before `to`. */
                    from?: string;
                    /** @description Exclusive; without it, now. */
                    to?: string;
                    group_by?: "provider" | "model" | "team" | "user" | "key" | "agent" | "day" | "hour";
                    /** @description An IANA name: whose days and hours; without it, the organization's. */
                    time_zone?: string;
                    provider?: string;
                    /** @description Without it, the one that the organization has now. */
                    currency?: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
                    /** @description Rows at most, those that cost most; the others together are `rest`. Days and hours are always all. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Sum up what was spent */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SpendSummary"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/spend/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export spend logs as CSV
         * @description The columns of a spend log, oldest first, at most 100000 rows: go on with the last one's `id` as `after`. Text that a spreadsheet would run begins with an apostrophe.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    key_id?: string;
                    user_id?: string;
                    team_id?: string;
                    agent_id?: string;
                    provider?: string;
                    model?: string;
                    status?: "completed" | "client_disconnected" | "upstream_error" | "refused" | "cached" | "expired";
                    /** @description Inclusive. */
                    from?: string;
                    /** @description Exclusive. */
                    to?: string;
                    /** @description The `id` of the last row of the file before. */
                    after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Export spend logs as CSV */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events
         * @description One for each request for a model, newest first, by any combination of filters. Without `org:read`: those of the caller's own requests.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    key_id?: string;
                    user_id?: string;
                    team_id?: string;
                    agent_id?: string;
                    provider?: string;
                    model?: string;
                    status?: "completed" | "client_disconnected" | "upstream_error" | "refused" | "cached" | "expired";
                    /** @description Inclusive. */
                    from?: string;
                    /** @description Exclusive. */
                    to?: string;
                    decision?: "allow" | "deny";
                    gateway_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List events */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Event"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an event
         * @description With what is known of its bodies. Without `org:read`: those of the caller's own requests.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get an event */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EventDetail"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}/request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the body of an event's request
         * @description Byte for byte the request as the caller sent it, or its beginning when the event says `truncated`. JSON comes as `application/json`, anything else as `text/plain`.
         *
         *     Needs the capability `org:admin`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get the body of an event's request */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                        "text/plain": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}/response": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the body of an event's response
         * @description Byte for byte the answer as the caller got it, or its beginning when the event says `truncated`. JSON comes as `application/json`, anything else as `text/plain`.
         *
         *     Needs the capability `org:admin`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get the body of an event's response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                        "text/plain": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List notifications
         * @description Newest first. Without `org:read`: those about the caller's wallet, budgets and keys, and about the teams that it leads.
         *
         *     Needs the capability `org:read`; with `self` it is about what is the caller's own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    type?: "wallet.low_balance" | "wallet.depleted" | "budget.threshold_reached" | "budget.exhausted" | "top_up.completed" | "top_up.failed" | "payment.refunded" | "payment.disputed" | "upstream.account_error" | "ledger.overrun" | "config.deployed" | "key.expiring";
                    /** @description `true`: only those that nobody has read; `false`: only the others. */
                    unread?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List notifications */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Notification"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark a notification as read
         * @description For everybody in the organization. The first time counts.
         *
         *     Needs the capability `org:read`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Mark a notification as read */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Notification"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/read-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark all notifications as read
         * @description Needs the capability `org:read`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Mark all notifications as read */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AllRead"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List webhooks */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Webhook"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Create a webhook
         * @description The answer has the signing secret as `secret`, once. An organization has at most 20 webhooks.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewWebhook"];
                };
            };
            responses: {
                /** @description Create a webhook */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookWithSecret"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a webhook
         * @description Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get a webhook */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Delete a webhook
         * @description Its deliveries go too, also those that are still to be tried.
         *
         *     Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete a webhook */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Change a webhook
         * @description Disabling it stops the deliveries that are still to be tried.
         *
         *     Needs the capability `org:admin`.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WebhookPatch"];
                };
            };
            responses: {
                /** @description Change a webhook */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a webhook's signing secret
         * @description The answer has the new secret as `secret`, once. For 24 hours events are signed with the old one as well.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Replace a webhook's signing secret */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookWithSecret"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a webhook's deliveries
         * @description Newest first, with every attempt.
         *
         *     Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    status?: "pending" | "delivered" | "failed";
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List a webhook's deliveries */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["WebhookDelivery"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description Sends `webhook.test` now, once, also to a webhook that is disabled, and answers what became of it; that can take 15 seconds.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Send a test event */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookDelivery"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/{delivery_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event again
         * @description Makes the delivery due now, whether the event arrived before or not, and answers it as it is then.
         *
         *     Needs the capability `org:admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    id: string;
                    delivery_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Send an event again */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WebhookDelivery"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List secrets
         * @description By name, never with their values.
         *
         *     Needs the capability `org:admin`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List secrets */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Secret"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/secrets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Store a secret, or replace its value
         * @description Targets name it in `secret_key_ref: {store: …}`. A new value is in force within 30 seconds. An organization has at most 100 secrets.
         *
         *     Needs the capability `org:admin`.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    /** @description What `secret_key_ref: {store: …}` of a target names. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SecretValue"];
                };
            };
            responses: {
                /** @description Store a secret, or replace its value */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Secret"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a secret
         * @description Refused while a configuration in force names it.
         *
         *     Needs the capability `org:admin`.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Printable characters. For 24 hours a repeat with the same key and content does nothing and gets the first answer; with other content it is 409 `idempotency_key_reused`. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    /** @description What `secret_key_ref: {store: …}` of a target names. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Delete a secret */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deleted"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the organization's books
         * @description Recomputes balances from the copy of the ledger and compares them with the ledger's own, holds with open reservations, and the spend log with the ledger. `first_difference` is null when everything agrees. Reads every entry.
         *
         *     Needs the capability `org:billing`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Check the organization's books */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Reconciliation"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/reconciliation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the books of organizations
         * @description Recomputes balances from the copy of the ledger and compares them with the ledger's own, holds with open reservations, and the spend log with the ledger. `first_difference` is null when everything agrees. Reads every entry.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 20. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Only this one. */
                    organization_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Check the books of organizations */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Reconciliation"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an organization's books as its ledger has them
         * @description `npm run verify-ledger` recomputes them from the entries.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query: {
                    /** @description Whose. */
                    organization_id: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Get an organization's books as its ledger has them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Books"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/ledger/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List an organization's ledger entries
         * @description Oldest first, with their lines.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description `object`: what the ledger itself still has; `copy`: the database, which has all that was shipped. */
                    source: "object" | "copy";
                    /** @description Whose. */
                    organization_id: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List an organization's ledger entries */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["LedgerEntry"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/spend/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List an organization's spend logs
         * @description Newest first.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Whose. */
                    organization_id: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List an organization's spend logs */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["SpendLog"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was done
         * @description Every administrative action and every movement of money that somebody asked for, newest first, with who did it and what it changed. Money is recorded some seconds after it has moved.
         *
         *     Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Who did it. */
                    actor?: string;
                    action?: "organization.create" | "organization.update" | "wallet_settings.update" | "wallet_settings.restore" | "member.create" | "member.update" | "member.delete" | "member.invite" | "member.send_invitation" | "member.accept_invitation" | "member.sign_up" | "member.sign_in" | "member.fail_sign_in" | "member.sign_out" | "member.reset_password" | "member.change_password" | "member.revoke_session" | "member.add_passkey" | "member.remove_passkey" | "seat.create" | "seat.delete" | "team.create" | "team.update" | "team.delete" | "team_member.create" | "team_member.update" | "team_member.delete" | "service_user.create" | "service_user.update" | "service_user.delete" | "gateway.create" | "gateway.update" | "gateway.delete" | "gateway_config.deploy" | "gateway_config.rollback" | "gateway_config.delete" | "agent.create" | "agent.update" | "agent.delete" | "usage_constraint.create" | "usage_constraint.update" | "usage_constraint.delete" | "key.create" | "key.update" | "key.rotate" | "key.revoke" | "key.delete" | "webhook.create" | "webhook.update" | "webhook.rotate_secret" | "webhook.test" | "webhook.delete" | "webhook_delivery.retry" | "secret.create" | "secret.update" | "secret.delete" | "access_policy.create" | "access_policy.update" | "access_policy.delete" | "budget.create" | "budget.update" | "budget.delete" | "oauth_client.create" | "oauth_client.update" | "oauth_client.rotate_secret" | "oauth_client.delete" | "oauth_grant.create" | "oauth_grant.delete" | "wallet.credit" | "wallet.allocate" | "wallet.reclaim" | "wallet.top_up" | "wallet.refund" | "wallet.dispute" | "wallet.dispute_won" | "wallet.dispute_lost" | "payment.create" | "payment.refund" | "payment_settings.update" | "payment_method.delete" | "auto_top_up.update" | "payments_config.update" | "price.create" | "price.update" | "price.delete" | "exchange_rates.update" | "platform_administrator.claim" | "platform_administrator.create" | "platform_administrator.delete";
                    object_type?: string;
                    object_id?: string;
                    /** @description Done at this instant or later. */
                    from?: string;
                    /** @description Done before this instant. */
                    to?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List what was done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["AuditRecord"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-log/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the audit log
         * @description Oldest first, at most 10000 records: go on with the last one's number as `after_sequence`. NDJSON has each record as it is hashed; CSV follows RFC 4180.
         *
         *     Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Who did it. */
                    actor?: string;
                    action?: "organization.create" | "organization.update" | "wallet_settings.update" | "wallet_settings.restore" | "member.create" | "member.update" | "member.delete" | "member.invite" | "member.send_invitation" | "member.accept_invitation" | "member.sign_up" | "member.sign_in" | "member.fail_sign_in" | "member.sign_out" | "member.reset_password" | "member.change_password" | "member.revoke_session" | "member.add_passkey" | "member.remove_passkey" | "seat.create" | "seat.delete" | "team.create" | "team.update" | "team.delete" | "team_member.create" | "team_member.update" | "team_member.delete" | "service_user.create" | "service_user.update" | "service_user.delete" | "gateway.create" | "gateway.update" | "gateway.delete" | "gateway_config.deploy" | "gateway_config.rollback" | "gateway_config.delete" | "agent.create" | "agent.update" | "agent.delete" | "usage_constraint.create" | "usage_constraint.update" | "usage_constraint.delete" | "key.create" | "key.update" | "key.rotate" | "key.revoke" | "key.delete" | "webhook.create" | "webhook.update" | "webhook.rotate_secret" | "webhook.test" | "webhook.delete" | "webhook_delivery.retry" | "secret.create" | "secret.update" | "secret.delete" | "access_policy.create" | "access_policy.update" | "access_policy.delete" | "budget.create" | "budget.update" | "budget.delete" | "oauth_client.create" | "oauth_client.update" | "oauth_client.rotate_secret" | "oauth_client.delete" | "oauth_grant.create" | "oauth_grant.delete" | "wallet.credit" | "wallet.allocate" | "wallet.reclaim" | "wallet.top_up" | "wallet.refund" | "wallet.dispute" | "wallet.dispute_won" | "wallet.dispute_lost" | "payment.create" | "payment.refund" | "payment_settings.update" | "payment_method.delete" | "auto_top_up.update" | "payments_config.update" | "price.create" | "price.update" | "price.delete" | "exchange_rates.update" | "platform_administrator.claim" | "platform_administrator.create" | "platform_administrator.delete";
                    object_type?: string;
                    object_id?: string;
                    /** @description Done at this instant or later. */
                    from?: string;
                    /** @description Done before this instant. */
                    to?: string;
                    format?: "ndjson" | "csv";
                    /** @description Begins after this record: the last one that you have. */
                    after_sequence?: string;
                    /** @description Records, at most 10000. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Export the audit log */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-log/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify the audit log
         * @description Recomputes the chain of hashes, compares it with the heads that the organization's object has seen, and tells the first record that is wrong.
         *
         *     Needs the capability `org:read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Begins after this record: the last one that you have. */
                    after_sequence?: string;
                    /** @description Records to check, at most 10000. */
                    limit?: number;
                    /** @description A head that you kept, `<sequence>:<hash>`: it must still be there. */
                    head?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Verify the audit log */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditVerification"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was done
         * @description Every administrative action and every movement of money that somebody asked for, newest first, with who did it and what it changed. Money is recorded some seconds after it has moved.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Rows per page, at most 200. */
                    limit?: number;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Who did it. */
                    actor?: string;
                    action?: "organization.create" | "organization.update" | "wallet_settings.update" | "wallet_settings.restore" | "member.create" | "member.update" | "member.delete" | "member.invite" | "member.send_invitation" | "member.accept_invitation" | "member.sign_up" | "member.sign_in" | "member.fail_sign_in" | "member.sign_out" | "member.reset_password" | "member.change_password" | "member.revoke_session" | "member.add_passkey" | "member.remove_passkey" | "seat.create" | "seat.delete" | "team.create" | "team.update" | "team.delete" | "team_member.create" | "team_member.update" | "team_member.delete" | "service_user.create" | "service_user.update" | "service_user.delete" | "gateway.create" | "gateway.update" | "gateway.delete" | "gateway_config.deploy" | "gateway_config.rollback" | "gateway_config.delete" | "agent.create" | "agent.update" | "agent.delete" | "usage_constraint.create" | "usage_constraint.update" | "usage_constraint.delete" | "key.create" | "key.update" | "key.rotate" | "key.revoke" | "key.delete" | "webhook.create" | "webhook.update" | "webhook.rotate_secret" | "webhook.test" | "webhook.delete" | "webhook_delivery.retry" | "secret.create" | "secret.update" | "secret.delete" | "access_policy.create" | "access_policy.update" | "access_policy.delete" | "budget.create" | "budget.update" | "budget.delete" | "oauth_client.create" | "oauth_client.update" | "oauth_client.rotate_secret" | "oauth_client.delete" | "oauth_grant.create" | "oauth_grant.delete" | "wallet.credit" | "wallet.allocate" | "wallet.reclaim" | "wallet.top_up" | "wallet.refund" | "wallet.dispute" | "wallet.dispute_won" | "wallet.dispute_lost" | "payment.create" | "payment.refund" | "payment_settings.update" | "payment_method.delete" | "auto_top_up.update" | "payments_config.update" | "price.create" | "price.update" | "price.delete" | "exchange_rates.update" | "platform_administrator.claim" | "platform_administrator.create" | "platform_administrator.delete";
                    object_type?: string;
                    object_id?: string;
                    /** @description Done at this instant or later. */
                    from?: string;
                    /** @description Done before this instant. */
                    to?: string;
                    /** @description Whose; left out: the platform's own, of prices and exchange rates. */
                    organization_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description List what was done */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["AuditRecord"][];
                            has_more: boolean;
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit-log/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the audit log
         * @description Oldest first, at most 10000 records: go on with the last one's number as `after_sequence`. NDJSON has each record as it is hashed; CSV follows RFC 4180.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Who did it. */
                    actor?: string;
                    action?: "organization.create" | "organization.update" | "wallet_settings.update" | "wallet_settings.restore" | "member.create" | "member.update" | "member.delete" | "member.invite" | "member.send_invitation" | "member.accept_invitation" | "member.sign_up" | "member.sign_in" | "member.fail_sign_in" | "member.sign_out" | "member.reset_password" | "member.change_password" | "member.revoke_session" | "member.add_passkey" | "member.remove_passkey" | "seat.create" | "seat.delete" | "team.create" | "team.update" | "team.delete" | "team_member.create" | "team_member.update" | "team_member.delete" | "service_user.create" | "service_user.update" | "service_user.delete" | "gateway.create" | "gateway.update" | "gateway.delete" | "gateway_config.deploy" | "gateway_config.rollback" | "gateway_config.delete" | "agent.create" | "agent.update" | "agent.delete" | "usage_constraint.create" | "usage_constraint.update" | "usage_constraint.delete" | "key.create" | "key.update" | "key.rotate" | "key.revoke" | "key.delete" | "webhook.create" | "webhook.update" | "webhook.rotate_secret" | "webhook.test" | "webhook.delete" | "webhook_delivery.retry" | "secret.create" | "secret.update" | "secret.delete" | "access_policy.create" | "access_policy.update" | "access_policy.delete" | "budget.create" | "budget.update" | "budget.delete" | "oauth_client.create" | "oauth_client.update" | "oauth_client.rotate_secret" | "oauth_client.delete" | "oauth_grant.create" | "oauth_grant.delete" | "wallet.credit" | "wallet.allocate" | "wallet.reclaim" | "wallet.top_up" | "wallet.refund" | "wallet.dispute" | "wallet.dispute_won" | "wallet.dispute_lost" | "payment.create" | "payment.refund" | "payment_settings.update" | "payment_method.delete" | "auto_top_up.update" | "payments_config.update" | "price.create" | "price.update" | "price.delete" | "exchange_rates.update" | "platform_administrator.claim" | "platform_administrator.create" | "platform_administrator.delete";
                    object_type?: string;
                    object_id?: string;
                    /** @description Done at this instant or later. */
                    from?: string;
                    /** @description Done before this instant. */
                    to?: string;
                    format?: "ndjson" | "csv";
                    /** @description Begins after this record: the last one that you have. */
                    after_sequence?: string;
                    /** @description Records, at most 10000. */
                    limit?: number;
                    /** @description Whose; left out: the platform's own, of prices and exchange rates. */
                    organization_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Export the audit log */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                        "text/csv": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit-log/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify the audit log
         * @description Recomputes the chain of hashes, compares it with the heads that the organization's object has seen, and tells the first record that is wrong.
         *
         *     Needs the platform admin's token, or the session of a platform administrator.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Begins after this record: the last one that you have. */
                    after_sequence?: string;
                    /** @description Records to check, at most 10000. */
                    limit?: number;
                    /** @description A head that you kept, `<sequence>:<hash>`: it must still be there. */
                    head?: string;
                    /** @description Whose; left out: the platform's own, of prices and exchange rates. */
                    organization_id?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Verify the audit log */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditVerification"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This reference
         * @description OpenAPI 3.1.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description This reference */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The provider's own, unchanged; as server-sent events when `stream` is true. */
        ProviderAnswer: {
            [key: string]: unknown;
        };
        /**
         * @description OpenAI's shape; also that of the whole control plane. Some codes add fields to `error`.
         * @example {
         *       "error": {
         *         "message": "Unknown field `colour`.",
         *         "type": "invalid_request_error",
         *         "param": "colour",
         *         "code": "unknown_parameter"
         *       }
         *     }
         */
        Failure: {
            error: {
                message: string;
                type: string;
                param: string | null;
                code: string;
            };
        };
        /** @description On a request for a model the ticket stands inside `error` and beside it. */
        FundsFailure: {
            error: components["schemas"]["FundsError"];
            cost_ticket?: components["schemas"]["CostTicket"];
        };
        FundsError: {
            message: string;
            type: string;
            param: string | null;
            code: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            required: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            available: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description Of the best funded wallet.
             * @enum {string}
             */
            scope: "seat" | "user" | "team" | "organization";
            top_up: components["schemas"]["TopUp"];
            cost_ticket?: components["schemas"]["CostTicket"];
        };
        TopUp: {
            available: boolean;
            url: string | null;
            /**
             * @description An auto top-up is under way: repeat with the ticket soon.
             * @enum {boolean}
             */
            pending?: true;
        };
        CostTicket: {
            /** @description To be sent as `X-Cost-Ticket` with the same body, once. */
            id: string;
            /**
             * @description What it holds, buffer included.
             * @example 12.50
             */
            estimated_cost: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            provider: string;
            model: string;
            request_sha256: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            expires_at: string;
            /** @description What the best funded wallet could pay for now. */
            affordable_output_tokens: number;
            top_up: components["schemas"]["TopUp"];
        };
        /**
         * @description OpenAI's own reference has the other fields.
         * @example {
         *       "model": "gpt-5-mini",
         *       "max_completion_tokens": 400,
         *       "messages": [
         *         {
         *           "role": "user",
         *           "content": "Hello"
         *         }
         *       ]
         *     }
         */
        ChatCompletionRequest: {
            /** @description A model of the price book, or an alias. */
            model: string;
            messages: ({
                role: string;
            } & {
                [key: string]: unknown;
            })[];
            /** @description Without a cap the hold covers the model's maximum. */
            max_completion_tokens?: number;
            /** @description The older name. */
            max_tokens?: number;
            /** @description Multiplies the output that is held. */
            n?: number;
            stream?: boolean;
        } & {
            [key: string]: unknown;
        };
        /**
         * @description OpenAI's own reference has the other fields.
         * @example {
         *       "model": "gpt-5-mini",
         *       "max_output_tokens": 400,
         *       "input": "Hello"
         *     }
         */
        ResponseRequest: {
            /** @description A model of the price book, or an alias. */
            model: string;
            input?: string | {
                [key: string]: unknown;
            }[];
            /** @description Without a cap the hold covers the model's maximum. */
            max_output_tokens?: number;
            /** @description Of the same organization. */
            previous_response_id?: string | null;
            /** @enum {boolean|null} */
            background?: false | null;
            stream?: boolean;
        } & {
            [key: string]: unknown;
        };
        /** @description Anthropic's shape, and our `code` in it. */
        AnthropicFailure: {
            /** @enum {string} */
            type: "error";
            error: {
                type: string;
                message: string;
                code: string;
                param?: string;
            };
            request_id: string;
        };
        /** @description On a request for a model the ticket stands inside `error` and beside it. */
        AnthropicFundsFailure: {
            /** @enum {string} */
            type: "error";
            error: components["schemas"]["AnthropicFundsError"];
            request_id: string;
            cost_ticket?: components["schemas"]["CostTicket"];
        };
        AnthropicFundsError: {
            type: string;
            message: string;
            code: string;
            param?: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            required: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            available: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description Of the best funded wallet.
             * @enum {string}
             */
            scope: "seat" | "user" | "team" | "organization";
            top_up: components["schemas"]["TopUp"];
            cost_ticket?: components["schemas"]["CostTicket"];
        };
        /**
         * @description Anthropic's own reference has the other fields.
         * @example {
         *       "model": "claude-opus-4-8",
         *       "max_tokens": 400,
         *       "messages": [
         *         {
         *           "role": "user",
         *           "content": "Hello"
         *         }
         *       ]
         *     }
         */
        MessageRequest: {
            /** @description A model of the price book, or an alias. */
            model: string;
            messages: ({
                role: string;
            } & {
                [key: string]: unknown;
            })[];
            max_tokens: number;
            stream?: boolean;
        } & {
            [key: string]: unknown;
        };
        TokenCount: {
            input_tokens: number;
        };
        /**
         * @description Anthropic's own reference has the other fields.
         * @example {
         *       "model": "claude-opus-4-8",
         *       "messages": [
         *         {
         *           "role": "user",
         *           "content": "Hello"
         *         }
         *       ]
         *     }
         */
        CountTokensRequest: {
            /** @description A model of the price book, or an alias. */
            model: string;
            messages: ({
                role: string;
            } & {
                [key: string]: unknown;
            })[];
        } & {
            [key: string]: unknown;
        };
        OpenaiModelList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["OpenaiModel"][];
        };
        OpenaiModel: {
            id: string;
            /** @enum {string} */
            object: "model";
            created: number;
            owned_by: string;
        };
        AnthropicModelList: {
            data: components["schemas"]["AnthropicModel"][];
            /** @enum {boolean} */
            has_more: false;
            first_id: string | null;
            last_id: string | null;
        };
        AnthropicModel: {
            /** @enum {string} */
            type: "model";
            id: string;
            display_name: string;
            created_at: string;
        };
        Doctor: {
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            checked_at: string;
            checks: {
                /** @example price_book */
                name: string;
                /** @enum {string} */
                status: "ok" | "warn" | "fail";
                message: string;
            }[];
        };
        CreatedOrganization: {
            /** @example org_01k9m3v7x2c4d6f8h0j2k4m6n8 */
            id: string;
            name: string;
            /** @enum {string} */
            status: "active" | "suspended";
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            owner_email: string | null;
            /** @description Its own people may credit its wallets, declare prices of targets that the deployment pays for, and set `allow_unpriced`, `wallet_fail_mode` and `enforce_default_max_output` so that requests leave for which too little is held. */
            issues_credit: boolean;
            /** @description Of the plan: at most so many seats, and monthly credits. */
            seat_count: number;
            /**
             * @description What each seat gets on the first of the month.
             * @example 12.50
             */
            seat_monthly_credit: string;
            settings: components["schemas"]["WalletSettings"];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /** @description The token of the first access key: the same as `access_key.key`. */
            key: string;
            /** @description The first access key, with every capability; its secret is shown once. */
            access_key: {
                /** @example key_01k9m3v7x2c4d6f8h0j2k4m6n8 */
                id: string;
                /** @enum {string} */
                type: "gateway" | "access";
                name: string;
                /** @description The last four characters of the token. */
                hint: string;
                /** @enum {string} */
                status: "active" | "expired" | "revoked";
                member_id: string | null;
                service_user_id: string | null;
                gateway_id: string | null;
                team_id: string | null;
                may_assert_identity: boolean;
                capabilities: ("org:admin" | "org:billing" | "org:read" | "agents:read" | "agents:write" | "team:lead" | "control_plane" | "self")[];
                models: string[];
                tags: string[];
                rate_limits: components["schemas"]["RateLimitsShown"];
                /**
                 * @description ISO 8601, UTC.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                created_at: string;
                /**
                 * @description ISO 8601, UTC.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                expires_at: string | null;
                /**
                 * @description ISO 8601, UTC.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                revoked_at: string | null;
                /** @description The token. It is shown once and never stored. */
                key: string;
            };
        };
        WalletSettings: {
            /**
             * @description Changeable only while every wallet is empty and no reservation is open.
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description Added to every hold, in percent of the estimated cost.
             * @example 20
             */
            reserve_buffer_pct: number;
            /**
             * @description A wallet is `low` at or under this percentage of its balance after the last funding.
             * @example 20
             */
            alert_threshold_pct: number;
            /**
             * @description `closed`: without the ledger no request leaves. `open`: it leaves, and its cost is posted later.
             * @enum {string}
             */
            wallet_fail_mode: "closed" | "open";
            /** @description The output cap of requests that have none; null: the model's maximum. */
            default_max_output_tokens: number | null;
            /** @description Send that cap to the provider as well. */
            enforce_default_max_output: boolean;
            /**
             * @description The fewest output tokens for which an uncapped request is clamped instead of refused.
             * @example 1024
             */
            minimum_output_tokens: number;
            /** @description Lower also the caller's own cap to what the funds cover. */
            clamp: boolean;
            /** @enum {string} */
            on_client_disconnect: "abort" | "drain";
            /**
             * @description When a stream has used up its hold and no more money can be held: let it finish, or end it as at an output cap.
             * @enum {string}
             */
            on_hold_exhausted: "finish" | "stop";
            self_service_user_top_up: boolean;
            /** @description Members may make and rotate gateway keys of their own. Changing it needs `org:admin`. */
            self_service_keys: boolean;
            /** @example Europe/Berlin */
            time_zone: string;
            /** @enum {string} */
            week_starts_on: "monday" | "sunday" | "saturday";
            /** @description Let models without any price through, at cost 0, flagged. A name that the price book never had is denied by every deny of its provider's models, unless an allow names it in full. */
            allow_unpriced: boolean;
            /**
             * @description Zero data retention of every request: `passthrough` at the provider, `strict` also here.
             * @enum {string}
             */
            zdr_mode: "off" | "passthrough" | "strict";
            rate_limits: components["schemas"]["RateLimitTiers"];
            cache: components["schemas"]["ResponseCache"];
            /** @description Keep the bodies of requests and answers in the event log. Never under `strict`. */
            keep_event_bodies: boolean;
            /**
             * @description Events and their bodies are removed when their day is so many days ago.
             * @example 30
             */
            retention_days: number;
        };
        /** @description Tested in this order; keys, members, service users and teams can have limits of their own. */
        RateLimitTiers: {
            per_key?: components["schemas"]["RateLimits"];
            /**
             * @description Also of each service user.
             * @default {}
             * @example {
             *       "rpm": 60,
             *       "tpm": 100000,
             *       "max_parallel_requests": 10
             *     }
             */
            per_user?: {
                /**
                 * @description Requests within any sixty seconds.
                 * @default null
                 */
                rpm?: number | null;
                /**
                 * @description Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends.
                 * @default null
                 */
                tpm?: number | null;
                /**
                 * @description Requests under way at the same time.
                 * @default null
                 */
                max_parallel_requests?: number | null;
            };
            per_team?: components["schemas"]["RateLimits"];
            /**
             * @description Of all requests of the organization together.
             * @default {}
             * @example {
             *       "rpm": 60,
             *       "tpm": 100000,
             *       "max_parallel_requests": 10
             *     }
             */
            organization?: {
                /**
                 * @description Requests within any sixty seconds.
                 * @default null
                 */
                rpm?: number | null;
                /**
                 * @description Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends.
                 * @default null
                 */
                tpm?: number | null;
                /**
                 * @description Requests under way at the same time.
                 * @default null
                 */
                max_parallel_requests?: number | null;
            };
        };
        /**
         * @default {}
         * @example {
         *       "rpm": 60,
         *       "tpm": 100000,
         *       "max_parallel_requests": 10
         *     }
         */
        RateLimits: {
            /**
             * @description Requests within any sixty seconds.
             * @default null
             */
            rpm?: number | null;
            /**
             * @description Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends.
             * @default null
             */
            tpm?: number | null;
            /**
             * @description Requests under way at the same time.
             * @default null
             */
            max_parallel_requests?: number | null;
        };
        /**
         * @description Whole answers are given again, free of cost, to exactly the same request; never under zero data retention.
         * @example {
         *       "enabled": true,
         *       "ttl_seconds": 3600
         *     }
         */
        ResponseCache: {
            enabled: boolean;
            /** @default 3600 */
            ttl_seconds?: number;
        };
        RateLimitsShown: {
            /** @description Requests within any sixty seconds. */
            rpm: number | null;
            /** @description Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends. */
            tpm: number | null;
            /** @description Requests under way at the same time. */
            max_parallel_requests: number | null;
        } | null;
        /**
         * @example {
         *       "name": "Acme",
         *       "currency": "USD",
         *       "owner_email": "owner@acme.example"
         *     }
         */
        NewOrganization: {
            name: string;
            /**
             * @default USD
             * @example USD
             * @enum {string}
             */
            currency?: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * Format: email
             * @description The owner's account; it becomes a member.
             */
            owner_email?: string;
            /**
             * @description Its own people may credit its wallets, declare prices of targets that the deployment pays for, and set `allow_unpriced`, `wallet_fail_mode` and `enforce_default_max_output` so that requests leave for which too little is held.
             * @default true
             */
            issues_credit?: boolean;
        };
        Organization: {
            /** @example org_01k9m3v7x2c4d6f8h0j2k4m6n8 */
            id: string;
            name: string;
            /** @enum {string} */
            status: "active" | "suspended";
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            owner_email: string | null;
            /** @description Its own people may credit its wallets, declare prices of targets that the deployment pays for, and set `allow_unpriced`, `wallet_fail_mode` and `enforce_default_max_output` so that requests leave for which too little is held. */
            issues_credit: boolean;
            /** @description Of the plan: at most so many seats, and monthly credits. */
            seat_count: number;
            /**
             * @description What each seat gets on the first of the month.
             * @example 12.50
             */
            seat_monthly_credit: string;
            settings: components["schemas"]["WalletSettings"];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "seat_count": 5,
         *       "seat_monthly_credit": "20.00"
         *     }
         */
        OrganizationPatch: {
            name?: string;
            /** @enum {string} */
            status?: "active" | "suspended";
            /** @description Its own people may credit its wallets, declare prices of targets that the deployment pays for, and set `allow_unpriced`, `wallet_fail_mode` and `enforce_default_max_output` so that requests leave for which too little is held. */
            issues_credit?: boolean;
            seat_count?: number;
            /**
             * @description In the organization's currency. Acts from the next grant on.
             * @example 0.0125
             */
            seat_monthly_credit?: string | number;
        };
        Wallet: {
            id: string;
            /** @enum {string} */
            scope: "seat" | "user" | "team" | "organization";
            owner_id: string;
            name: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description A decimal string.
             * @example 12.50
             */
            balance: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            held: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            available: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            total_allocated: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            total_spent: string;
            /** @enum {string} */
            status: "healthy" | "low" | "depleted";
        };
        Balance: {
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description Of the effective source.
             * @example 12.50
             */
            balance: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            held: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            available: string;
            /** @enum {string} */
            effective_scope: "seat" | "user" | "team" | "organization";
            effective_wallet_id: string;
            /** @enum {string} */
            alert_state: "healthy" | "low" | "depleted";
            /** @description In the order in which they are asked. */
            sources: components["schemas"]["Wallet"][];
        };
        Transaction: {
            id: string;
            entry_id: string;
            sequence: number;
            /** @example settle */
            type: string;
            /**
             * @description Signed: into the wallet is positive.
             * @example 12.50
             */
            amount: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            balance_after: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            reservation_id: string | null;
            actor: string;
            note: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        Reservation: {
            id: string;
            /** @enum {string} */
            status: "open" | "settled" | "released" | "expired";
            request_id: string;
            wallet_id: string | null;
            /** @enum {string|null} */
            wallet_scope: "seat" | "user" | "team" | "organization" | null;
            /**
             * @description Of all holds together.
             * @example 12.50
             */
            held_amount: string;
            /** @description One for each wallet. A long answer can hold money in several; they are used up in this order. */
            holds: {
                wallet_id: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                amount: string;
            }[];
            /**
             * @description A decimal string.
             * @example 12.50
             */
            settled_amount: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description Units of the wallet's currency per 1 USD.
             * @example 1
             */
            exchange_rate: string;
            model: string;
            provider: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            expires_at: string;
        };
        Transfer: {
            entry_id: string;
            wallet: components["schemas"]["Wallet"];
            organization_wallet: components["schemas"]["Wallet"];
        };
        /**
         * @example {
         *       "organization_id": "org_01k9m3v7x2c4d6f8h0j2k4m6n8",
         *       "amount": "100.00"
         *     }
         */
        AdminCredit: {
            wallet_id?: string;
            team_id?: string;
            user_id?: string;
            /**
             * @description A decimal with at most nine decimals, above zero.
             * @example 12.50
             */
            amount: string | number;
            /**
             * @description Must be the organization's; that one when it is left out.
             * @example USD
             * @enum {string}
             */
            currency?: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            note?: string;
            organization_id: string;
        };
        /**
         * @example {
         *       "organization_id": "org_01k9m3v7x2c4d6f8h0j2k4m6n8",
         *       "team_id": "team_01k9m3v7x2c4d6f8h0j2k4m6n8",
         *       "amount": "25.00"
         *     }
         */
        AdminAllocation: {
            team_id?: string;
            user_id?: string;
            /**
             * @description A decimal with at most nine decimals, above zero.
             * @example 12.50
             */
            amount: string | number;
            /**
             * @description Must be the organization's; that one when it is left out.
             * @example USD
             * @enum {string}
             */
            currency?: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            note?: string;
            organization_id: string;
        };
        /**
         * @example {
         *       "reserve_buffer_pct": 15,
         *       "time_zone": "Europe/Berlin"
         *     }
         */
        WalletSettingsPatch: {
            /**
             * @description Changeable only while every wallet is empty and no reservation is open.
             * @enum {string}
             */
            currency?: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description Added to every hold, in percent of the estimated cost.
             * @example 20
             */
            reserve_buffer_pct?: number;
            /**
             * @description A wallet is `low` at or under this percentage of its balance after the last funding.
             * @example 20
             */
            alert_threshold_pct?: number;
            /**
             * @description `closed`: without the ledger no request leaves. `open`: it leaves, and its cost is posted later.
             * @enum {string}
             */
            wallet_fail_mode?: "closed" | "open";
            /** @description The output cap of requests that have none; null: the model's maximum. */
            default_max_output_tokens?: number | null;
            /** @description Send that cap to the provider as well. */
            enforce_default_max_output?: boolean;
            /**
             * @description The fewest output tokens for which an uncapped request is clamped instead of refused.
             * @example 1024
             */
            minimum_output_tokens?: number;
            /** @description Lower also the caller's own cap to what the funds cover. */
            clamp?: boolean;
            /** @enum {string} */
            on_client_disconnect?: "abort" | "drain";
            /**
             * @description When a stream has used up its hold and no more money can be held: let it finish, or end it as at an output cap.
             * @enum {string}
             */
            on_hold_exhausted?: "finish" | "stop";
            self_service_user_top_up?: boolean;
            /** @description Members may make and rotate gateway keys of their own. Changing it needs `org:admin`. */
            self_service_keys?: boolean;
            /** @example Europe/Berlin */
            time_zone?: string;
            /** @enum {string} */
            week_starts_on?: "monday" | "sunday" | "saturday";
            /** @description Let models without any price through, at cost 0, flagged. A name that the price book never had is denied by every deny of its provider's models, unless an allow names it in full. */
            allow_unpriced?: boolean;
            /**
             * @description Zero data retention of every request: `passthrough` at the provider, `strict` also here.
             * @enum {string}
             */
            zdr_mode?: "off" | "passthrough" | "strict";
            rate_limits?: components["schemas"]["RateLimitTiers"];
            cache?: components["schemas"]["ResponseCache"];
            /** @description Keep the bodies of requests and answers in the event log. Never under `strict`. */
            keep_event_bodies?: boolean;
            /**
             * @description Events and their bodies are removed when their day is so many days ago.
             * @example 30
             */
            retention_days?: number;
        };
        StoredModelPrice: {
            /** @enum {string} */
            provider: "openai" | "anthropic";
            model: string;
            /**
             * @description Other names with the same price; matched exactly, never by prefix.
             * @default []
             */
            aliases?: string[];
            /**
             * @description USD per million tokens.
             * @default 0.00
             * @example 2.50
             */
            input_price_per_million?: string | number;
            /**
             * @description USD per million tokens.
             * @default 0.00
             * @example 2.50
             */
            output_price_per_million?: string | number;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cached_input_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_5m_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_1h_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_30m_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_12h_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            audio_input_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            audio_output_price_per_million?: string | number | null;
            /**
             * @description Rates of the whole request when its prompt has strictly more tokens than the threshold.
             * @default null
             */
            long_context?: {
                threshold_tokens: number;
                /**
                 * @description USD per million tokens.
                 * @example 2.50
                 */
                input_price_per_million: string | number;
                /**
                 * @description USD per million tokens.
                 * @example 2.50
                 */
                output_price_per_million: string | number;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cached_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_5m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_1h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_30m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_12h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_output_price_per_million?: string | number | null;
            } | null;
            /**
             * @description Rates of other service tiers; null: not offered. `fast_long_context` needs both.
             * @default {}
             */
            tiers?: {
                /** @default null */
                batch?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                flex?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                fast?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                fast_long_context?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
            };
            /**
             * @description Factor on every token class for regional processing.
             * @default null
             * @example 1.10
             */
            regional_multiplier?: string | number | null;
            /**
             * @description USD per call; no tier or region scales them. `_low` and `_high`: by the search context size.
             * @default {}
             */
            per_call_fees?: {
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search_low?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search_high?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                file_search?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                code_interpreter?: string | number | null;
            };
            /** @default null */
            max_output_tokens?: number | null;
            /** @default null */
            context_window?: number | null;
            endpoints: ("openai.chat" | "openai.responses" | "anthropic.messages")[];
            /** @enum {string} */
            tokenizer?: "o200k" | "claude" | "claude-4-7";
            /** @default [] */
            tags?: string[];
            /**
             * @description ISO 8601 date (midnight UTC) or date-time.
             * @default null
             * @example 2026-11-09
             */
            effective_from?: string | null;
            /**
             * @description ISO 8601 date (midnight UTC) or date-time.
             * @default null
             * @example 2026-11-09
             */
            effective_to?: string | null;
            /**
             * @description The only way in which a model costs nothing.
             * @default false
             */
            free?: boolean;
            id: string;
        };
        /**
         * @example {
         *       "provider": "openai",
         *       "model": "gpt-5-mini",
         *       "input_price_per_million": "0.25",
         *       "cached_input_price_per_million": "0.025",
         *       "output_price_per_million": "2.00",
         *       "max_output_tokens": 128000,
         *       "context_window": 400000
         *     }
         */
        ModelPriceRequest: {
            /** @enum {string} */
            provider: "openai" | "anthropic";
            model: string;
            /**
             * @description Other names with the same price; matched exactly, never by prefix.
             * @default []
             */
            aliases?: string[];
            /**
             * @description USD per million tokens.
             * @default 0.00
             * @example 2.50
             */
            input_price_per_million?: string | number;
            /**
             * @description USD per million tokens.
             * @default 0.00
             * @example 2.50
             */
            output_price_per_million?: string | number;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cached_input_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_5m_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_1h_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_30m_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_12h_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            audio_input_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            audio_output_price_per_million?: string | number | null;
            /**
             * @description Rates of the whole request when its prompt has strictly more tokens than the threshold.
             * @default null
             */
            long_context?: {
                threshold_tokens: number;
                /**
                 * @description USD per million tokens.
                 * @example 2.50
                 */
                input_price_per_million: string | number;
                /**
                 * @description USD per million tokens.
                 * @example 2.50
                 */
                output_price_per_million: string | number;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cached_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_5m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_1h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_30m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_12h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_output_price_per_million?: string | number | null;
            } | null;
            /**
             * @description Rates of other service tiers; null: not offered. `fast_long_context` needs both.
             * @default {}
             */
            tiers?: {
                /** @default null */
                batch?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                flex?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                fast?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                fast_long_context?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
            };
            /**
             * @description Factor on every token class for regional processing.
             * @default null
             * @example 1.10
             */
            regional_multiplier?: string | number | null;
            /** @description Absent: the provider's published fees. */
            per_call_fees?: {
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search_low?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search_high?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                file_search?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                code_interpreter?: string | number | null;
            };
            /** @default null */
            max_output_tokens?: number | null;
            /** @default null */
            context_window?: number | null;
            /** @description Absent: every endpoint of the provider. */
            endpoints?: ("openai.chat" | "openai.responses" | "anthropic.messages")[];
            /** @enum {string} */
            tokenizer?: "o200k" | "claude" | "claude-4-7";
            /** @default [] */
            tags?: string[];
            /**
             * @description ISO 8601 date (midnight UTC) or date-time.
             * @default null
             * @example 2026-11-09
             */
            effective_from?: string | null;
            /**
             * @description ISO 8601 date (midnight UTC) or date-time.
             * @default null
             * @example 2026-11-09
             */
            effective_to?: string | null;
            /**
             * @description The only way in which a model costs nothing.
             * @default false
             */
            free?: boolean;
            /**
             * @description Accept more than 1,000 USD per million tokens, 10 USD per call, or a regional factor of 10.
             * @default false
             */
            force?: boolean;
        };
        Deleted: {
            id: string;
            /** @enum {boolean} */
            deleted: true;
        };
        ModelPricePreview: {
            /** @enum {string} */
            provider: "openai" | "anthropic";
            model: string;
            /**
             * @description When the new price would begin; null: from ever.
             * @example 2026-10-01T12:00:00.000Z
             */
            effective_from: string | null;
            /** @description The price that it would replace; null: there is none. */
            before: {
                /** @enum {string} */
                provider: "openai" | "anthropic";
                model: string;
                /**
                 * @description Other names with the same price; matched exactly, never by prefix.
                 * @default []
                 */
                aliases?: string[];
                /**
                 * @description USD per million tokens.
                 * @default 0.00
                 * @example 2.50
                 */
                input_price_per_million?: string | number;
                /**
                 * @description USD per million tokens.
                 * @default 0.00
                 * @example 2.50
                 */
                output_price_per_million?: string | number;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cached_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_5m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_1h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_30m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_12h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_output_price_per_million?: string | number | null;
                /**
                 * @description Rates of the whole request when its prompt has strictly more tokens than the threshold.
                 * @default null
                 */
                long_context?: {
                    threshold_tokens: number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /**
                 * @description Rates of other service tiers; null: not offered. `fast_long_context` needs both.
                 * @default {}
                 */
                tiers?: {
                    /** @default null */
                    batch?: {
                        /**
                         * @description USD per million tokens.
                         * @example 2.50
                         */
                        input_price_per_million: string | number;
                        /**
                         * @description USD per million tokens.
                         * @example 2.50
                         */
                        output_price_per_million: string | number;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cached_input_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_5m_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_1h_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_30m_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_12h_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        audio_input_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        audio_output_price_per_million?: string | number | null;
                    } | null;
                    /** @default null */
                    flex?: {
                        /**
                         * @description USD per million tokens.
                         * @example 2.50
                         */
                        input_price_per_million: string | number;
                        /**
                         * @description USD per million tokens.
                         * @example 2.50
                         */
                        output_price_per_million: string | number;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cached_input_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_5m_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_1h_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_30m_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_12h_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        audio_input_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        audio_output_price_per_million?: string | number | null;
                    } | null;
                    /** @default null */
                    fast?: {
                        /**
                         * @description USD per million tokens.
                         * @example 2.50
                         */
                        input_price_per_million: string | number;
                        /**
                         * @description USD per million tokens.
                         * @example 2.50
                         */
                        output_price_per_million: string | number;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cached_input_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_5m_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_1h_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_30m_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_12h_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        audio_input_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        audio_output_price_per_million?: string | number | null;
                    } | null;
                    /** @default null */
                    fast_long_context?: {
                        /**
                         * @description USD per million tokens.
                         * @example 2.50
                         */
                        input_price_per_million: string | number;
                        /**
                         * @description USD per million tokens.
                         * @example 2.50
                         */
                        output_price_per_million: string | number;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cached_input_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_5m_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_1h_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_30m_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        cache_write_12h_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        audio_input_price_per_million?: string | number | null;
                        /**
                         * @description USD per million tokens.
                         * @default null
                         * @example 2.50
                         */
                        audio_output_price_per_million?: string | number | null;
                    } | null;
                };
                /**
                 * @description Factor on every token class for regional processing.
                 * @default null
                 * @example 1.10
                 */
                regional_multiplier?: string | number | null;
                /**
                 * @description USD per call; no tier or region scales them. `_low` and `_high`: by the search context size.
                 * @default {}
                 */
                per_call_fees?: {
                    /**
                     * @description A decimal with at most nine decimals.
                     * @default null
                     * @example 0.0125
                     */
                    web_search?: string | number | null;
                    /**
                     * @description A decimal with at most nine decimals.
                     * @default null
                     * @example 0.0125
                     */
                    web_search_low?: string | number | null;
                    /**
                     * @description A decimal with at most nine decimals.
                     * @default null
                     * @example 0.0125
                     */
                    web_search_high?: string | number | null;
                    /**
                     * @description A decimal with at most nine decimals.
                     * @default null
                     * @example 0.0125
                     */
                    file_search?: string | number | null;
                    /**
                     * @description A decimal with at most nine decimals.
                     * @default null
                     * @example 0.0125
                     */
                    code_interpreter?: string | number | null;
                };
                /** @default null */
                max_output_tokens?: number | null;
                /** @default null */
                context_window?: number | null;
                endpoints: ("openai.chat" | "openai.responses" | "anthropic.messages")[];
                /** @enum {string} */
                tokenizer?: "o200k" | "claude" | "claude-4-7";
                /** @default [] */
                tags?: string[];
                /**
                 * @description ISO 8601 date (midnight UTC) or date-time.
                 * @default null
                 * @example 2026-11-09
                 */
                effective_from?: string | null;
                /**
                 * @description ISO 8601 date (midnight UTC) or date-time.
                 * @default null
                 * @example 2026-11-09
                 */
                effective_to?: string | null;
                /**
                 * @description The only way in which a model costs nothing.
                 * @default false
                 */
                free?: boolean;
            } | null;
            after: components["schemas"]["ModelPrice"];
            /** @description Every field that would change. */
            changes: {
                /** @example tiers.flex.input_price_per_million */
                field: string;
                /** @description Null: nothing. */
                before?: unknown;
                after?: unknown;
                /**
                 * @description To two decimals; null where there is no number before, or it is 0.
                 * @example -20.00
                 */
                change_percent: string | null;
            }[];
            /** @description The periods that would be written. */
            periods: {
                /** @description Null: given when the change is made. */
                id: string | null;
                /** @enum {string} */
                change: "added" | "changed";
                /**
                 * @description ISO 8601, UTC.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                effective_from: string | null;
                /**
                 * @description ISO 8601, UTC.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                effective_to: string | null;
            }[];
            /** @description USD for 1,000 tokens at base rates: a price in the wrong unit shows here. */
            thousand_tokens: {
                input: {
                    /**
                     * @description A decimal string.
                     * @example 12.50
                     */
                    before: string | null;
                    /**
                     * @description A decimal string.
                     * @example 12.50
                     */
                    after: string;
                };
                output: {
                    /**
                     * @description A decimal string.
                     * @example 12.50
                     */
                    before: string | null;
                    /**
                     * @description A decimal string.
                     * @example 12.50
                     */
                    after: string;
                };
            };
            needs_force: {
                field: string;
                message: string;
            }[];
            recent: {
                /**
                 * @description The beginning of a day in UTC, thirty days ago.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                since: string;
                requests: number;
                /** @description What these requests cost. */
                billed: {
                    /** @enum {string} */
                    currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
                    /**
                     * @description A decimal string.
                     * @example 12.50
                     */
                    total_cost: string;
                }[];
                /** @description USD for the same tokens at the base rates of both, without tiers, long context, regions and fees. */
                at_base_rates: {
                    /**
                     * @description A decimal string.
                     * @example 12.50
                     */
                    before: string | null;
                    /**
                     * @description A decimal string.
                     * @example 12.50
                     */
                    after: string;
                };
            };
        };
        ModelPrice: {
            /** @enum {string} */
            provider: "openai" | "anthropic";
            model: string;
            /**
             * @description Other names with the same price; matched exactly, never by prefix.
             * @default []
             */
            aliases?: string[];
            /**
             * @description USD per million tokens.
             * @default 0.00
             * @example 2.50
             */
            input_price_per_million?: string | number;
            /**
             * @description USD per million tokens.
             * @default 0.00
             * @example 2.50
             */
            output_price_per_million?: string | number;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cached_input_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_5m_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_1h_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_30m_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_12h_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            audio_input_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            audio_output_price_per_million?: string | number | null;
            /**
             * @description Rates of the whole request when its prompt has strictly more tokens than the threshold.
             * @default null
             */
            long_context?: {
                threshold_tokens: number;
                /**
                 * @description USD per million tokens.
                 * @example 2.50
                 */
                input_price_per_million: string | number;
                /**
                 * @description USD per million tokens.
                 * @example 2.50
                 */
                output_price_per_million: string | number;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cached_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_5m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_1h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_30m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_12h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_output_price_per_million?: string | number | null;
            } | null;
            /**
             * @description Rates of other service tiers; null: not offered. `fast_long_context` needs both.
             * @default {}
             */
            tiers?: {
                /** @default null */
                batch?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                flex?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                fast?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                fast_long_context?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
            };
            /**
             * @description Factor on every token class for regional processing.
             * @default null
             * @example 1.10
             */
            regional_multiplier?: string | number | null;
            /**
             * @description USD per call; no tier or region scales them. `_low` and `_high`: by the search context size.
             * @default {}
             */
            per_call_fees?: {
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search_low?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search_high?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                file_search?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                code_interpreter?: string | number | null;
            };
            /** @default null */
            max_output_tokens?: number | null;
            /** @default null */
            context_window?: number | null;
            endpoints: ("openai.chat" | "openai.responses" | "anthropic.messages")[];
            /** @enum {string} */
            tokenizer?: "o200k" | "claude" | "claude-4-7";
            /** @default [] */
            tags?: string[];
            /**
             * @description ISO 8601 date (midnight UTC) or date-time.
             * @default null
             * @example 2026-11-09
             */
            effective_from?: string | null;
            /**
             * @description ISO 8601 date (midnight UTC) or date-time.
             * @default null
             * @example 2026-11-09
             */
            effective_to?: string | null;
            /**
             * @description The only way in which a model costs nothing.
             * @default false
             */
            free?: boolean;
        };
        /**
         * @example {
         *       "provider": "openai",
         *       "model": "gpt-5-mini",
         *       "input_price_per_million": "0.25",
         *       "cached_input_price_per_million": "0.025",
         *       "output_price_per_million": "2.00",
         *       "max_output_tokens": 128000,
         *       "context_window": 400000
         *     }
         */
        ModelPricePreviewRequest: {
            /** @enum {string} */
            provider: "openai" | "anthropic";
            model: string;
            /**
             * @description Other names with the same price; matched exactly, never by prefix.
             * @default []
             */
            aliases?: string[];
            /**
             * @description USD per million tokens.
             * @default 0.00
             * @example 2.50
             */
            input_price_per_million?: string | number;
            /**
             * @description USD per million tokens.
             * @default 0.00
             * @example 2.50
             */
            output_price_per_million?: string | number;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cached_input_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_5m_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_1h_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_30m_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_12h_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            audio_input_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            audio_output_price_per_million?: string | number | null;
            /**
             * @description Rates of the whole request when its prompt has strictly more tokens than the threshold.
             * @default null
             */
            long_context?: {
                threshold_tokens: number;
                /**
                 * @description USD per million tokens.
                 * @example 2.50
                 */
                input_price_per_million: string | number;
                /**
                 * @description USD per million tokens.
                 * @example 2.50
                 */
                output_price_per_million: string | number;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cached_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_5m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_1h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_30m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_12h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_output_price_per_million?: string | number | null;
            } | null;
            /**
             * @description Rates of other service tiers; null: not offered. `fast_long_context` needs both.
             * @default {}
             */
            tiers?: {
                /** @default null */
                batch?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                flex?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                fast?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                fast_long_context?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
            };
            /**
             * @description Factor on every token class for regional processing.
             * @default null
             * @example 1.10
             */
            regional_multiplier?: string | number | null;
            /** @description Absent: the provider's published fees. */
            per_call_fees?: {
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search_low?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search_high?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                file_search?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                code_interpreter?: string | number | null;
            };
            /** @default null */
            max_output_tokens?: number | null;
            /** @default null */
            context_window?: number | null;
            /** @description Absent: every endpoint of the provider. */
            endpoints?: ("openai.chat" | "openai.responses" | "anthropic.messages")[];
            /** @enum {string} */
            tokenizer?: "o200k" | "claude" | "claude-4-7";
            /** @default [] */
            tags?: string[];
            /**
             * @description ISO 8601 date (midnight UTC) or date-time.
             * @default null
             * @example 2026-11-09
             */
            effective_from?: string | null;
            /**
             * @description ISO 8601 date (midnight UTC) or date-time.
             * @default null
             * @example 2026-11-09
             */
            effective_to?: string | null;
            /**
             * @description The only way in which a model costs nothing.
             * @default false
             */
            free?: boolean;
            /** @description The period that would be replaced; absent: none. */
            id?: string;
        };
        /** @description Open reservations and tickets keep their rates. */
        ExchangeRatesPreview: {
            rates: {
                /** @enum {string} */
                currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
                /** @description Null: there is no rate, and no hold in this currency. */
                before: string | null;
                after: string;
                /**
                 * @description To two decimals; null where there is no number before, or it is 0.
                 * @example -20.00
                 */
                change_percent: string | null;
                needs_force: boolean;
                recent: {
                    /**
                     * @description The beginning of a day in UTC, thirty days ago.
                     * @example 2026-10-01T12:00:00.000Z
                     */
                    since: string;
                    requests: number;
                    /**
                     * @description In this currency.
                     * @example 12.50
                     */
                    billed: string;
                    /**
                     * @description The same, had the new rate been the one before.
                     * @example 12.50
                     */
                    at_new_rate: string | null;
                };
            }[];
        };
        /**
         * @example {
         *       "EUR": "0.92"
         *     }
         */
        ExchangeRatesPreviewRequest: {
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            USD?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            EUR?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            GBP?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            JPY?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            AUD?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            CAD?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            CNY?: string | number;
        };
        /**
         * @description Units of each currency per 1 USD.
         * @example {
         *       "EUR": "0.92"
         *     }
         */
        ExchangeRates: {
            USD?: string;
            EUR?: string;
            GBP?: string;
            JPY?: string;
            AUD?: string;
            CAD?: string;
            CNY?: string;
        };
        /**
         * @description Units of each currency per 1 USD.
         * @example {
         *       "EUR": "0.92"
         *     }
         */
        NewExchangeRates: {
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            USD?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            EUR?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            GBP?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            JPY?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            AUD?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            CAD?: string | number;
            /**
             * @description A decimal above zero with at most nine decimals.
             * @example 0.92
             */
            CNY?: string | number;
            /**
             * @description Accept a rate more than ten times, or less than a tenth of, what it was.
             * @default false
             */
            force?: boolean;
        };
        MemberOrganization: {
            /** @example org_01k9m3v7x2c4d6f8h0j2k4m6n8 */
            id: string;
            name: string;
            /** @enum {string} */
            status: "active" | "suspended";
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description Of its days, weeks and months.
             * @example Europe/Berlin
             */
            time_zone: string;
        };
        /**
         * @example {
         *       "name": "Acme Labs"
         *     }
         */
        OwnOrganizationPatch: {
            name?: string;
        };
        Member: {
            /** @description The `user_id` everywhere. */
            id: string;
            email: string;
            name: string;
            /** @enum {string} */
            role: "owner" | "admin" | "billing_admin" | "member";
            /** @description Has a seat: monthly credits of its own. */
            seat: boolean;
            rate_limits: components["schemas"]["RateLimitsShown"];
            invitation: components["schemas"]["Invitation"];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        Invitation: {
            /**
             * @description `none`: no mail was asked for, or this deployment sends none; `pending`: it is on its way; `failed`: it was not taken, ask for another one; `accepted`: the member has signed in.
             * @enum {string}
             */
            status: "none" | "pending" | "sent" | "failed" | "accepted";
            /**
             * @description When the newest mail was taken.
             * @example 2026-10-01T12:00:00.000Z
             */
            sent_at: string | null;
        };
        /**
         * @example {
         *       "email": "ada@acme.example",
         *       "role": "member"
         *     }
         */
        NewMember: {
            /** Format: email */
            email: string;
            name?: string;
            /**
             * @default member
             * @enum {string}
             */
            role?: "owner" | "admin" | "billing_admin" | "member";
            /**
             * @description In the place of the organization's limits for each of its kind; what is null has the organization's.
             * @default null
             * @example {
             *       "rpm": 60,
             *       "tpm": 100000,
             *       "max_parallel_requests": 10
             *     }
             */
            rate_limits?: {
                /**
                 * @description Requests within any sixty seconds.
                 * @default null
                 */
                rpm?: number | null;
                /**
                 * @description Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends.
                 * @default null
                 */
                tpm?: number | null;
                /**
                 * @description Requests under way at the same time.
                 * @default null
                 */
                max_parallel_requests?: number | null;
            } | null;
        };
        /**
         * @example {
         *       "role": "billing_admin"
         *     }
         */
        MemberPatch: {
            name?: string;
            /** @enum {string} */
            role?: "owner" | "admin" | "billing_admin" | "member";
            /**
             * @description In the place of the organization's limits for each of its kind; what is null has the organization's.
             * @example {
             *       "rpm": 60,
             *       "tpm": 100000,
             *       "max_parallel_requests": 10
             *     }
             */
            rate_limits?: {
                /**
                 * @description Requests within any sixty seconds.
                 * @default null
                 */
                rpm?: number | null;
                /**
                 * @description Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends.
                 * @default null
                 */
                tpm?: number | null;
                /**
                 * @description Requests under way at the same time.
                 * @default null
                 */
                max_parallel_requests?: number | null;
            } | null;
        };
        Seat: {
            member_id: string;
            /**
             * @description Of the plan, for the next grant.
             * @example 12.50
             */
            monthly_credit: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description Null: nothing was granted this month.
             * @example 12.50
             */
            granted_amount: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            granted_at: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            expires_at: string | null;
            wallet: components["schemas"]["Wallet"];
            /**
             * @description When the member got the seat.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        LimitedRecord: {
            id: string;
            name: string;
            tags: string[];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            rate_limits: components["schemas"]["RateLimitsShown"];
        };
        /**
         * @example {
         *       "name": "Research",
         *       "rate_limits": {
         *         "rpm": 600
         *       }
         *     }
         */
        NewLimitedRecord: {
            name: string;
            /** @default [] */
            tags?: string[];
            /**
             * @description In the place of the organization's limits for each of its kind; what is null has the organization's.
             * @default null
             * @example {
             *       "rpm": 60,
             *       "tpm": 100000,
             *       "max_parallel_requests": 10
             *     }
             */
            rate_limits?: {
                /**
                 * @description Requests within any sixty seconds.
                 * @default null
                 */
                rpm?: number | null;
                /**
                 * @description Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends.
                 * @default null
                 */
                tpm?: number | null;
                /**
                 * @description Requests under way at the same time.
                 * @default null
                 */
                max_parallel_requests?: number | null;
            } | null;
        };
        /**
         * @example {
         *       "name": "Applied research"
         *     }
         */
        LimitedRecordPatch: {
            name?: string;
            tags?: string[];
            /**
             * @description In the place of the organization's limits for each of its kind; what is null has the organization's.
             * @example {
             *       "rpm": 60,
             *       "tpm": 100000,
             *       "max_parallel_requests": 10
             *     }
             */
            rate_limits?: {
                /**
                 * @description Requests within any sixty seconds.
                 * @default null
                 */
                rpm?: number | null;
                /**
                 * @description Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends.
                 * @default null
                 */
                tpm?: number | null;
                /**
                 * @description Requests under way at the same time.
                 * @default null
                 */
                max_parallel_requests?: number | null;
            } | null;
        };
        Gateway: {
            id: string;
            name: string;
            tags: string[];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description Zero data retention of what goes through this gateway.
             * @enum {string}
             */
            zdr_mode: "off" | "passthrough" | "strict";
            /**
             * @description Null: as the organization's settings say.
             * @example {
             *       "enabled": true,
             *       "ttl_seconds": 3600
             *     }
             */
            cache: {
                enabled: boolean;
                /** @default 3600 */
                ttl_seconds?: number;
            } | null;
        };
        /**
         * @example {
         *       "name": "Clinic",
         *       "tags": [
         *         "env:prod"
         *       ],
         *       "zdr_mode": "strict"
         *     }
         */
        NewGateway: {
            name: string;
            /** @default [] */
            tags?: string[];
            /**
             * @description Zero data retention of what goes through this gateway.
             * @default off
             * @enum {string}
             */
            zdr_mode?: "off" | "passthrough" | "strict";
            /**
             * @description Null: as the organization's settings say.
             * @default null
             * @example {
             *       "enabled": true,
             *       "ttl_seconds": 3600
             *     }
             */
            cache?: {
                enabled: boolean;
                /** @default 3600 */
                ttl_seconds?: number;
            } | null;
        };
        /**
         * @example {
         *       "zdr_mode": "passthrough"
         *     }
         */
        GatewayPatch: {
            name?: string;
            tags?: string[];
            /**
             * @description Zero data retention of what goes through this gateway.
             * @enum {string}
             */
            zdr_mode?: "off" | "passthrough" | "strict";
            /**
             * @description Null: as the organization's settings say.
             * @example {
             *       "enabled": true,
             *       "ttl_seconds": 3600
             *     }
             */
            cache?: {
                enabled: boolean;
                /** @default 3600 */
                ttl_seconds?: number;
            } | null;
        };
        GatewayConfig: {
            gateway_id: string;
            /** @description 1, 2, 3 …; the highest is in force. 0: there never was one. */
            version: number;
            /** @description Null: this version has no configuration. */
            pack: {
                name: string;
                version: string;
            } | null;
            /** @description The version whose text this one brought back. */
            rolled_back_from: number | null;
            /** @description `key_…`; null where there never was a version. */
            actor: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string | null;
            /** @description The text as it was sent. Null: the gateway has no configuration in this version. */
            yaml: string | null;
        };
        GatewayConfigVersion: {
            gateway_id: string;
            /** @description 1, 2, 3 …; the highest is in force. 0: there never was one. */
            version: number;
            /** @description Null: this version has no configuration. */
            pack: {
                name: string;
                version: string;
            } | null;
            /** @description The version whose text this one brought back. */
            rolled_back_from: number | null;
            /** @description `key_…`; null where there never was a version. */
            actor: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string | null;
            /** @description Of the text; 0: there is none. */
            size_bytes: number;
        };
        ConfigReport: {
            valid: boolean;
            pack: {
                name: string;
                version: string;
            } | null;
            chain: string[];
            /** @description In the order of the lines. */
            errors: components["schemas"]["ConfigError"][];
            warnings: components["schemas"]["ConfigRemark"][];
        };
        ConfigError: {
            code: string;
            path: string;
            line: number;
            column: number;
            message: string;
            /** @description What was probably meant. */
            suggestion?: string;
        };
        /**
         * @example {
         *       "code": "W001",
         *       "path": "",
         *       "line": 1,
         *       "column": 1,
         *       "message": "…"
         *     }
         */
        ConfigRemark: {
            code: string;
            path: string;
            line: number;
            column: number;
            message: string;
        };
        DeployedGatewayConfig: {
            gateway_id: string;
            /** @description 1, 2, 3 …; the highest is in force. 0: there never was one. */
            version: number;
            /** @description Null: this version has no configuration. */
            pack: {
                name: string;
                version: string;
            } | null;
            /** @description The version whose text this one brought back. */
            rolled_back_from: number | null;
            /** @description `key_…`; null where there never was a version. */
            actor: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string | null;
            /** @description False: this was in force already, and no version was made. */
            changed: boolean;
            warnings: components["schemas"]["ConfigRemark"][];
        };
        /**
         * @example {
         *       "version": 3
         *     }
         */
        ConfigRollback: {
            /** @description Whose text becomes that of a new version. */
            version: number;
        };
        TeamMember: {
            team_id: string;
            member_id: string;
            /** @enum {string} */
            role: "member" | "lead";
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "member_id": "mem_01k9m3v7x2c4d6f8h0j2k4m6n8",
         *       "role": "lead"
         *     }
         */
        NewTeamMember: {
            member_id: string;
            /**
             * @default member
             * @enum {string}
             */
            role?: "member" | "lead";
        };
        Agent: {
            /**
             * @description To be sent as `X-Agent-Id`.
             * @example agt_01k9m3v7x2c4d6f8h0j2k4m6n8
             */
            id: string;
            name: string;
            /**
             * @description Requests of a paused or disabled agent are refused (403).
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            tags: string[];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "name": "Researcher",
         *       "tags": [
         *         "environment:production"
         *       ]
         *     }
         */
        NewAgent: {
            name: string;
            /**
             * @default active
             * @enum {string}
             */
            status?: "active" | "paused" | "disabled";
            /** @default [] */
            tags?: string[];
        };
        /**
         * @example {
         *       "status": "paused"
         *     }
         */
        AgentPatch: {
            name?: string;
            /** @enum {string} */
            status?: "active" | "paused" | "disabled";
            tags?: string[];
        };
        ConstraintUsage: {
            id: string;
            /** @enum {string} */
            type: "credits" | "tokens" | "requests";
            /** @enum {string} */
            window: "total" | "run" | "hourly" | "daily" | "weekly" | "monthly";
            /**
             * @description A decimal string of the organization's currency for `credits`, else a whole number.
             * @example 25.00
             */
            limit: string | number;
            /**
             * @description Null for a limit per run, when no run is named.
             * @example 25.00
             */
            used: string | number | null;
            /**
             * @description What requests that are under way can still use.
             * @example 25.00
             */
            held: string | number | null;
            /**
             * @description Null: never, or with the run.
             * @example 2026-10-01T12:00:00.000Z
             */
            resets_at: string | null;
        };
        UsageConstraint: {
            id: string;
            /** @enum {string} */
            type: "credits" | "tokens" | "requests";
            /** @enum {string} */
            window: "total" | "run" | "hourly" | "daily" | "weekly" | "monthly";
            /**
             * @description A decimal string of the organization's currency for `credits`, else a whole number.
             * @example 25.00
             */
            limit: string | number;
        };
        /**
         * @example {
         *       "type": "credits",
         *       "limit": "25.00",
         *       "window": "daily"
         *     }
         */
        NewUsageConstraint: {
            /** @enum {string} */
            type: "credits" | "tokens" | "requests";
            /** @description Credits: a decimal of the organization's currency. Tokens and requests: a whole number. */
            limit: string | number;
            /**
             * @description `total` never resets; `run` counts for each `X-Agent-Run-Id`; the others are calendar windows of the organization's time zone.
             * @enum {string}
             */
            window: "total" | "run" | "hourly" | "daily" | "weekly" | "monthly";
        };
        ListedKey: {
            /** @example key_01k9m3v7x2c4d6f8h0j2k4m6n8 */
            id: string;
            /** @enum {string} */
            type: "gateway" | "access";
            name: string;
            /** @description The last four characters of the token. */
            hint: string;
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            member_id: string | null;
            service_user_id: string | null;
            gateway_id: string | null;
            team_id: string | null;
            may_assert_identity: boolean;
            capabilities: ("org:admin" | "org:billing" | "org:read" | "agents:read" | "agents:write" | "team:lead" | "control_plane" | "self")[];
            models: string[];
            tags: string[];
            rate_limits: components["schemas"]["RateLimitsShown"];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            expires_at: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            revoked_at: string | null;
            /**
             * @description Of model traffic as the spend log has it; of our own API to five minutes. Null: never.
             * @example 2026-10-01T12:00:00.000Z
             */
            last_used_at: string | null;
        };
        NewKey: {
            /** @example key_01k9m3v7x2c4d6f8h0j2k4m6n8 */
            id: string;
            /** @enum {string} */
            type: "gateway" | "access";
            name: string;
            /** @description The last four characters of the token. */
            hint: string;
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            member_id: string | null;
            service_user_id: string | null;
            gateway_id: string | null;
            team_id: string | null;
            may_assert_identity: boolean;
            capabilities: ("org:admin" | "org:billing" | "org:read" | "agents:read" | "agents:write" | "team:lead" | "control_plane" | "self")[];
            models: string[];
            tags: string[];
            rate_limits: components["schemas"]["RateLimitsShown"];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            expires_at: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            revoked_at: string | null;
            /** @description The token. It is shown once and never stored. */
            key: string;
        };
        /**
         * @example {
         *       "name": "ci",
         *       "type": "gateway",
         *       "service_user_id": "svc_01k9m3v7x2c4d6f8h0j2k4m6n8"
         *     }
         */
        CreateKey: {
            name: string;
            /**
             * @description `gateway` for model traffic, `access` for the control plane.
             * @enum {string}
             */
            type: "gateway" | "access";
            member_id?: string;
            /** @description The same as `member_id`. */
            user_id?: string;
            service_user_id?: string;
            gateway_id?: string;
            /** @description Its spend is charged to this team. */
            team_id?: string;
            /**
             * @description `X-User-Id`, `X-Team-Id` and `X-Agent-Id` are trusted; only for a gateway's own key.
             * @default false
             */
            may_assert_identity?: boolean;
            capabilities?: ("org:admin" | "org:billing" | "org:read" | "agents:read" | "agents:write" | "team:lead" | "control_plane" | "self")[];
            /**
             * @description Exact names or `prefix*`; empty: any.
             * @default []
             */
            models?: string[];
            /** @default [] */
            tags?: string[];
            /**
             * @description In the place of the organization's limits for each of its kind; what is null has the organization's.
             * @default null
             * @example {
             *       "rpm": 60,
             *       "tpm": 100000,
             *       "max_parallel_requests": 10
             *     }
             */
            rate_limits?: {
                /**
                 * @description Requests within any sixty seconds.
                 * @default null
                 */
                rpm?: number | null;
                /**
                 * @description Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends.
                 * @default null
                 */
                tpm?: number | null;
                /**
                 * @description Requests under way at the same time.
                 * @default null
                 */
                max_parallel_requests?: number | null;
            } | null;
            /**
             * @description An ISO 8601 date, or a date-time with its offset.
             * @example 2026-10-01
             */
            expires_at?: string | null;
        };
        Key: {
            /** @example key_01k9m3v7x2c4d6f8h0j2k4m6n8 */
            id: string;
            /** @enum {string} */
            type: "gateway" | "access";
            name: string;
            /** @description The last four characters of the token. */
            hint: string;
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            member_id: string | null;
            service_user_id: string | null;
            gateway_id: string | null;
            team_id: string | null;
            may_assert_identity: boolean;
            capabilities: ("org:admin" | "org:billing" | "org:read" | "agents:read" | "agents:write" | "team:lead" | "control_plane" | "self")[];
            models: string[];
            tags: string[];
            rate_limits: components["schemas"]["RateLimitsShown"];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            expires_at: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            revoked_at: string | null;
        };
        /**
         * @example {
         *       "models": [
         *         "gpt-5*"
         *       ]
         *     }
         */
        KeyPatch: {
            name?: string;
            capabilities?: ("org:admin" | "org:billing" | "org:read" | "agents:read" | "agents:write" | "team:lead" | "control_plane" | "self")[];
            models?: string[];
            tags?: string[];
            /**
             * @description In the place of the organization's limits for each of its kind; what is null has the organization's.
             * @example {
             *       "rpm": 60,
             *       "tpm": 100000,
             *       "max_parallel_requests": 10
             *     }
             */
            rate_limits?: {
                /**
                 * @description Requests within any sixty seconds.
                 * @default null
                 */
                rpm?: number | null;
                /**
                 * @description Tokens within any sixty seconds, in and out. A request counts with the most that it can use until it ends.
                 * @default null
                 */
                tpm?: number | null;
                /**
                 * @description Requests under way at the same time.
                 * @default null
                 */
                max_parallel_requests?: number | null;
            } | null;
            /**
             * @description An ISO 8601 date, or a date-time with its offset.
             * @example 2026-10-01
             */
            expires_at?: string | null;
        };
        /**
         * @example {
         *       "overlap_seconds": 3600
         *     }
         */
        RotateKey: {
            /**
             * @description How long the old token stays good; 0 revokes it at once.
             * @default 0
             */
            overlap_seconds?: number;
        };
        CheckoutSession: {
            session_id: string;
            /** @description Open it in a browser: the payer pays there. */
            approval_url: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            amount: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            expires_at: string;
        };
        /**
         * @example {
         *       "amount": "25.00",
         *       "scope": "organization"
         *     }
         */
        Checkout: {
            /**
             * @description In the organization's currency. With a ticket it may be left out: what the ticket lacks.
             * @example 12.50
             */
            amount?: string | number;
            /**
             * @default organization
             * @enum {string}
             */
            scope?: "organization" | "team" | "user";
            team_id?: string;
            /** @description A member; their own wallet when it is left out. */
            user_id?: string;
            /** @description The cost ticket that waits for the money. */
            ticket_id?: string;
            /**
             * Format: uri
             * @description Where the payer goes afterwards: at this gateway, or at an origin that the platform allows.
             */
            return_url?: string;
            /** @default false */
            save_payment_method?: boolean;
        };
        PaymentSession: {
            id: string;
            organization_id: string;
            /** @enum {string} */
            kind: "checkout" | "charge";
            provider: string;
            /** @enum {string} */
            status: "created" | "capturing" | "captured" | "completed" | "canceled" | "failed" | "expired" | "refunded";
            /** @enum {string} */
            scope: "organization" | "team" | "user";
            owner_id: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            amount: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description What the provider has taken.
             * @example 12.50
             */
            captured_amount: string | null;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            refunded_amount: string;
            /** @description Why it failed, or why the wallet waits for it. */
            failure_code: string | null;
            /** @description While it can be paid. */
            approval_url: string | null;
            ticket_id: string | null;
            /** @description Of the ledger, once it is credited. */
            entry_id: string | null;
            actor: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            updated_at: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            expires_at: string;
        };
        /**
         * @example {
         *       "session_id": "pay_01k9m3v7x2c4d6f8h0j2k4m6n8"
         *     }
         */
        CheckoutConfirmation: {
            session_id: string;
        };
        PaymentSettings: {
            preset_amounts: string[];
            /**
             * @description A decimal string.
             * @example 12.50
             */
            minimum: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            maximum: string;
            target_scopes: ("organization" | "team" | "user")[];
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
        };
        /**
         * @example {
         *       "preset_amounts": [
         *         "20.00",
         *         "50.00"
         *       ],
         *       "minimum": "5.00"
         *     }
         */
        PaymentSettingsPatch: {
            preset_amounts?: (string | number)[];
            /**
             * @description A decimal with at most nine decimals, above zero.
             * @example 12.50
             */
            minimum?: string | number;
            /**
             * @description A decimal with at most nine decimals, above zero.
             * @example 12.50
             */
            maximum?: string | number;
            target_scopes?: ("organization" | "team" | "user")[];
        };
        PaymentAvailability: {
            provider: string | null;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            preset_amounts: string[];
            /**
             * @description A decimal string.
             * @example 12.50
             */
            minimum: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            maximum: string;
            /** @description That an amount can have. */
            decimals: number;
            scopes: {
                /** @enum {string} */
                scope: "organization" | "team" | "user";
                /** @description Whose wallet; null: the caller has none of this scope. */
                owner_id: string | null;
                available: boolean;
                /** @enum {string|null} */
                reason: "no_provider" | "provider_not_configured" | "currency_not_supported" | "scope_not_allowed" | "user_top_up_disabled" | "permission_required" | "owner_required" | null;
                message: string | null;
            }[];
        };
        PaymentMethod: {
            id: string;
            provider: string;
            label: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        AutoTopUp: {
            /** @description Of its payment as well. */
            id: string;
            wallet_id: string;
            /** @enum {string} */
            scope: "organization" | "team" | "user";
            owner_id: string;
            /** @enum {string} */
            status: "open" | "completed" | "failed" | "canceled";
            /**
             * @description A decimal string.
             * @example 12.50
             */
            amount: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /** @enum {string} */
            cause: "low_balance" | "refused_request";
            /**
             * @description Of the wallet when it was decided.
             * @example 12.50
             */
            balance: string;
            payment_method: string;
            failure_code: string | null;
            /** @description Of the ledger, once it is credited. */
            entry_id: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            ended_at: string | null;
        };
        AutoTopUpStanding: {
            wallet_id: string;
            /** @description Null: they were never set. */
            settings: {
                wallet_id: string;
                enabled: boolean;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                threshold: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                amount: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                daily_cap: string;
                /**
                 * @example USD
                 * @enum {string}
                 */
                currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
                cooldown_minutes: number;
                payment_method: string;
            } | null;
            /**
             * @description What it would do if the balance were too low now. `stopped`: after declines, until it is saved again.
             * @enum {string}
             */
            state: "off" | "ready" | "pending" | "cooling_down" | "backing_off" | "daily_cap_reached" | "stopped" | "currency_changed" | "organization_suspended" | "wallet_closed";
            /**
             * @description When a wait is over.
             * @example 2026-10-01T12:00:00.000Z
             */
            until: string | null;
            /** @description In a row. */
            declines: number;
            /** @description Of the last decline. */
            failure_code: string | null;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            charged_today: string;
        };
        AutoTopUpSettings: {
            wallet_id: string;
            enabled: boolean;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            threshold: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            amount: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            daily_cap: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            cooldown_minutes: number;
            payment_method: string;
        };
        /**
         * @example {
         *       "enabled": true,
         *       "threshold": "10.00",
         *       "amount": "25.00",
         *       "daily_cap": "100.00",
         *       "payment_method": "pm_01k9m3v7x2c4d6f8h0j2k4m6n8"
         *     }
         */
        AutoTopUpChange: {
            enabled: boolean;
            /**
             * @description The wallet is refilled when its balance is below it.
             * @example 0.0125
             */
            threshold: string | number;
            /**
             * @description A charge is a multiple of it: as often as closes the gap.
             * @example 12.50
             */
            amount: string | number;
            /**
             * @description Of all charges of a day of the organization's calendar.
             * @example 12.50
             */
            daily_cap: string | number;
            /**
             * @description From the beginning of one charge to that of the next.
             * @default 10
             */
            cooldown_minutes?: number;
            /** @description One of `GET /v1/payments/methods`. */
            payment_method: string;
        };
        PaymentsConfig: {
            /** @enum {string|null} */
            provider: "sandbox" | "stripe" | null;
            return_origins: string[];
            providers: {
                /** @enum {string} */
                name: "sandbox" | "stripe";
                currencies: {
                    /**
                     * @example USD
                     * @enum {string}
                     */
                    currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
                    ready: boolean;
                    /** @enum {string|null} */
                    reason: "not_configured" | "currency_not_supported" | null;
                    message: string | null;
                }[];
            }[];
        };
        /**
         * @example {
         *       "provider": "sandbox"
         *     }
         */
        PaymentsConfigPatch: {
            /**
             * @description Null: no payments.
             * @enum {string|null}
             */
            provider?: "sandbox" | "stripe" | null;
            /** @description Origins beside this gateway's own that payers may return to. */
            return_origins?: string[];
        };
        RefundAnswer: {
            refund_id: string;
            /** @enum {string} */
            status: "requested" | "pending" | "succeeded" | "failed";
            /**
             * @description A decimal string.
             * @example 12.50
             */
            amount: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            entry_id: string | null;
            session: components["schemas"]["PaymentSession"];
        };
        /**
         * @example {
         *       "session_id": "pay_01k9m3v7x2c4d6f8h0j2k4m6n8",
         *       "amount": "5.00"
         *     }
         */
        Refund: {
            session_id: string;
            /**
             * @description All that is left of it when it is left out.
             * @example 12.50
             */
            amount?: string | number;
            reason?: string;
        };
        PaymentWebhookAnswer: {
            /** @enum {boolean} */
            received: true;
        };
        WalletForecast: {
            wallet_id: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description A decimal string.
             * @example 12.50
             */
            available: string;
            /**
             * @description Where the time begins of which the pace is taken.
             * @example 2026-10-01T12:00:00.000Z
             */
            from: string;
            /**
             * @description Now.
             * @example 2026-10-01T12:00:00.000Z
             */
            to: string;
            /**
             * @description What requests have cost this wallet in that time.
             * @example 12.50
             */
            spent: string;
            /**
             * @description The same for 24 hours, rounded to a nano-unit.
             * @example 12.50
             */
            daily_rate: string;
            /**
             * @description When nothing is available any more at that pace. Null: nothing is spent, nothing is left, or it lasts ten years and more.
             * @example 2026-10-01T12:00:00.000Z
             */
            depletes_at: string | null;
        };
        /**
         * @description Without any wallet: the organization's own.
         * @example {
         *       "amount": "100.00",
         *       "currency": "USD",
         *       "note": "invoice 4711"
         *     }
         */
        Credit: {
            wallet_id?: string;
            team_id?: string;
            user_id?: string;
            /**
             * @description A decimal with at most nine decimals, above zero.
             * @example 12.50
             */
            amount: string | number;
            /**
             * @description Must be the organization's; that one when it is left out.
             * @example USD
             * @enum {string}
             */
            currency?: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            note?: string;
        };
        /**
         * @example {
         *       "team_id": "team_01k9m3v7x2c4d6f8h0j2k4m6n8",
         *       "amount": "25.00",
         *       "currency": "USD"
         *     }
         */
        Allocation: {
            team_id?: string;
            user_id?: string;
            /**
             * @description A decimal with at most nine decimals, above zero.
             * @example 12.50
             */
            amount: string | number;
            /**
             * @description Must be the organization's; that one when it is left out.
             * @example USD
             * @enum {string}
             */
            currency?: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            note?: string;
        };
        Reserved: {
            reservation_id: string;
            /**
             * @description `open`, or in a repeat how the reservation has ended: then nothing is held any more.
             * @enum {string}
             */
            status: "open" | "settled" | "released" | "expired";
            wallet: {
                id: string;
                /** @enum {string} */
                scope: "seat" | "user" | "team" | "organization";
            } | null;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            held_amount: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description Units of the wallet's currency per 1 USD.
             * @example 1
             */
            exchange_rate: string;
            /** @description The cap to send upstream; null: none but the request's. */
            max_output_tokens: number | null;
            /** @description Where it may go, in the order to try; the hold covers the dearest. */
            targets: {
                id: string;
                /** @enum {string} */
                provider: "openai" | "anthropic";
                model: string;
            }[];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            expires_at: string;
        };
        /**
         * @example {
         *       "request_id": "call-1",
         *       "provider": "openai",
         *       "model": "gpt-5-mini",
         *       "input_tokens": 1200,
         *       "max_output_tokens": 400,
         *       "request_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
         *     }
         */
        Reserve: {
            /** @description A repeat with the same id finds the same reservation. */
            request_id: string;
            /** @enum {string} */
            provider: "openai" | "anthropic";
            model: string;
            /**
             * @description By default the first that the model has.
             * @enum {string}
             */
            endpoint?: "openai.chat" | "openai.responses" | "anthropic.messages";
            input_tokens: number;
            /** @description Without it the hold covers what the model can give. */
            max_output_tokens?: number | null;
            user_id?: string;
            team_id?: string;
            agent_id?: string;
            agent_run_id?: string;
            /**
             * @description SHA-256 of the request body.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            request_sha256: string;
            /** @default false */
            stream?: boolean;
            /**
             * @description As the request asks for it; `auto` holds the dearest. Anthropic's `speed` is given here too.
             * @enum {string|null}
             */
            service_tier?: "auto" | "default" | "standard" | "flex" | "fast" | "priority" | "batch" | "scale" | null;
            /**
             * @description The cache lifetime that the request asked for.
             * @enum {string|null}
             */
            cache_ttl?: "5m" | "1h" | "30m" | "12h" | null;
            /** @description Served on a data-residency host. */
            regional?: boolean;
            /** @description Where the usage object does not count them (OpenAI). */
            web_search_calls?: number;
            /**
             * @description Of `web_search_options`, on models whose search fee depends on it. By default medium.
             * @enum {string|null}
             */
            search_context_size?: "low" | "medium" | "high" | null;
            file_search_calls?: number;
            /** @description Containers. */
            code_interpreter_calls?: number;
        };
        /**
         * @example {
         *       "request_id": "call-2",
         *       "ticket_id": "ctk_01k9m3v7x2c4d6f8h0j2k4m6n8",
         *       "request_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
         *     }
         */
        RedeemTicket: {
            request_id: string;
            ticket_id: string;
            /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
            request_sha256: string;
        };
        Settled: {
            reservation_id: string;
            /** @enum {string} */
            status: "settled" | "released";
            /**
             * @description A decimal string.
             * @example 12.50
             */
            settled_amount: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            released_amount: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            wallet: {
                id: string;
                /** @enum {string} */
                scope: "seat" | "user" | "team" | "organization";
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                available: string;
            } | null;
            pricing_source: string | null;
            flags: string[];
        };
        /**
         * @example {
         *       "reservation_id": "res_01k9m3v7x2c4d6f8h0j2k4m6n8",
         *       "usage": {
         *         "prompt_tokens": 1200,
         *         "completion_tokens": 310
         *       }
         *     }
         */
        Settle: {
            reservation_id: string;
            /**
             * @description The provider's own usage object, of any of the three endpoints.
             * @example {
             *       "prompt_tokens": 1200,
             *       "completion_tokens": 310
             *     }
             */
            usage?: {
                [key: string]: unknown;
            };
            /**
             * @description USD; replaces pricing.
             * @example 0.0125
             */
            cost?: string | number;
            /**
             * @description Whose usage it is; by default its shape tells.
             * @enum {string}
             */
            endpoint?: "openai.chat" | "openai.responses" | "anthropic.messages";
            /** @description As the provider's answer names it. */
            model?: string;
            /** @description The target that served, one of the reservation's; by default its first. */
            target_id?: string;
            /** @description As the provider's answer names it. */
            service_tier?: string | null;
            /**
             * @description The cache lifetime that the request asked for.
             * @enum {string|null}
             */
            cache_ttl?: "5m" | "1h" | "30m" | "12h" | null;
            /** @description Served on a data-residency host. */
            regional?: boolean;
            /** @description Where the usage object does not count them (OpenAI). */
            web_search_calls?: number;
            /**
             * @description Of `web_search_options`, on models whose search fee depends on it. By default medium.
             * @enum {string|null}
             */
            search_context_size?: "low" | "medium" | "high" | null;
            file_search_calls?: number;
            /** @description Containers. */
            code_interpreter_calls?: number;
            latency_ms?: number;
        };
        /**
         * @example {
         *       "reservation_id": "res_01k9m3v7x2c4d6f8h0j2k4m6n8"
         *     }
         */
        Release: {
            reservation_id: string;
        };
        Checkpointed: {
            reservation_id: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            expires_at: string;
            /**
             * @description All that is held now.
             * @example 12.50
             */
            held_amount: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /** @description How many output tokens that pays for; fewer than asked for when money is short. Null: any number, or no `usage`. */
            covered_output_tokens: number | null;
        };
        /**
         * @description Renews the lease. What was used so far is what an expiry settles; of two checkpoints the one that costs more is kept.
         * @example {
         *       "reservation_id": "res_01k9m3v7x2c4d6f8h0j2k4m6n8",
         *       "usage": {
         *         "prompt_tokens": 1200,
         *         "completion_tokens": 340
         *       },
         *       "hold_for_output_tokens": 2400
         *     }
         */
        Checkpoint: {
            reservation_id: string;
            /**
             * @description The provider's own usage object, of any of the three endpoints.
             * @example {
             *       "prompt_tokens": 1200,
             *       "completion_tokens": 310
             *     }
             */
            usage?: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            endpoint?: "openai.chat" | "openai.responses" | "anthropic.messages";
            model?: string;
            /** @description The target that served, one of the reservation's; by default its first. */
            target_id?: string;
            /** @description As the provider's answer names it. */
            service_tier?: string | null;
            /**
             * @description The cache lifetime that the request asked for.
             * @enum {string|null}
             */
            cache_ttl?: "5m" | "1h" | "30m" | "12h" | null;
            /** @description Served on a data-residency host. */
            regional?: boolean;
            /** @description Where the usage object does not count them (OpenAI). */
            web_search_calls?: number;
            /**
             * @description Of `web_search_options`, on models whose search fee depends on it. By default medium.
             * @enum {string|null}
             */
            search_context_size?: "low" | "medium" | "high" | null;
            file_search_calls?: number;
            /** @description Containers. */
            code_interpreter_calls?: number;
            /** @description Needs `usage`. Hold so much that so many output tokens in all are paid for. A target: a repeat holds nothing more. */
            hold_for_output_tokens?: number;
        };
        UsageCheck: {
            /** @description The agent is active, and every constraint has room for something. */
            allowed: boolean;
            constraints: components["schemas"]["ConstraintUsage"][];
        };
        /** @description As the constraints stood right after it was counted. */
        UsageIncremented: {
            /** @description The agent is active, and every constraint has room for something. */
            allowed: boolean;
            constraints: components["schemas"]["ConstraintUsage"][];
            request_id: string;
        };
        /**
         * @example {
         *       "request_id": "call-1",
         *       "requests": 1,
         *       "tokens": 1510,
         *       "credits": "0.0042"
         *     }
         */
        UsageIncrement: {
            /** @description Counted once; a repeat gets the first answer. */
            request_id: string;
            /** @default 0 */
            requests?: number;
            /** @default 0 */
            tokens?: number;
            /**
             * @description In the organization's currency.
             * @default 0
             * @example 0.0125
             */
            credits?: string | number;
            /** @description Required when the agent has a limit per run. */
            run_id?: string;
        };
        CatalogModel: {
            /** @enum {string} */
            provider: "openai" | "anthropic";
            model: string;
            /**
             * @description Other names with the same price; matched exactly, never by prefix.
             * @default []
             */
            aliases?: string[];
            /**
             * @description USD per million tokens.
             * @default 0.00
             * @example 2.50
             */
            input_price_per_million?: string | number;
            /**
             * @description USD per million tokens.
             * @default 0.00
             * @example 2.50
             */
            output_price_per_million?: string | number;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cached_input_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_5m_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_1h_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_30m_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            cache_write_12h_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            audio_input_price_per_million?: string | number | null;
            /**
             * @description USD per million tokens.
             * @default null
             * @example 2.50
             */
            audio_output_price_per_million?: string | number | null;
            /**
             * @description Rates of the whole request when its prompt has strictly more tokens than the threshold.
             * @default null
             */
            long_context?: {
                threshold_tokens: number;
                /**
                 * @description USD per million tokens.
                 * @example 2.50
                 */
                input_price_per_million: string | number;
                /**
                 * @description USD per million tokens.
                 * @example 2.50
                 */
                output_price_per_million: string | number;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cached_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_5m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_1h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_30m_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                cache_write_12h_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_input_price_per_million?: string | number | null;
                /**
                 * @description USD per million tokens.
                 * @default null
                 * @example 2.50
                 */
                audio_output_price_per_million?: string | number | null;
            } | null;
            /**
             * @description Rates of other service tiers; null: not offered. `fast_long_context` needs both.
             * @default {}
             */
            tiers?: {
                /** @default null */
                batch?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                flex?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                fast?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
                /** @default null */
                fast_long_context?: {
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    input_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @example 2.50
                     */
                    output_price_per_million: string | number;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cached_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_5m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_1h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_30m_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    cache_write_12h_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_input_price_per_million?: string | number | null;
                    /**
                     * @description USD per million tokens.
                     * @default null
                     * @example 2.50
                     */
                    audio_output_price_per_million?: string | number | null;
                } | null;
            };
            /**
             * @description Factor on every token class for regional processing.
             * @default null
             * @example 1.10
             */
            regional_multiplier?: string | number | null;
            /**
             * @description USD per call; no tier or region scales them. `_low` and `_high`: by the search context size.
             * @default {}
             */
            per_call_fees?: {
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search_low?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                web_search_high?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                file_search?: string | number | null;
                /**
                 * @description A decimal with at most nine decimals.
                 * @default null
                 * @example 0.0125
                 */
                code_interpreter?: string | number | null;
            };
            /** @default null */
            max_output_tokens?: number | null;
            /** @default null */
            context_window?: number | null;
            endpoints: ("openai.chat" | "openai.responses" | "anthropic.messages")[];
            /** @enum {string} */
            tokenizer?: "o200k" | "claude" | "claude-4-7";
            /** @default [] */
            tags?: string[];
            /**
             * @description ISO 8601 date (midnight UTC) or date-time.
             * @default null
             * @example 2026-11-09
             */
            effective_from?: string | null;
            /**
             * @description ISO 8601 date (midnight UTC) or date-time.
             * @default null
             * @example 2026-11-09
             */
            effective_to?: string | null;
            /**
             * @description The only way in which a model costs nothing.
             * @default false
             */
            free?: boolean;
            id: string;
            /** @description The caller may use it. */
            allowed: boolean;
            /** @description Of a model that is not allowed: the access policy, key or gateway that forbids it; null: no access policy allows it. */
            denied_by: string | null;
        };
        CostAnswer: {
            /**
             * @description A decimal string.
             * @example 0.0025
             */
            total_cost: string;
            /** @enum {string} */
            currency: "USD";
            /** @enum {string} */
            pricing_source: "upstream" | "config_declared" | "wallet_catalog";
            /** @description Its costs sum to `total_cost`. */
            breakdown: ({
                /** @enum {string} */
                kind: "input" | "cached_input" | "cache_write_5m" | "cache_write_1h" | "cache_write_30m" | "cache_write_12h" | "audio_input" | "output" | "audio_output" | "web_search" | "file_search" | "code_interpreter";
                tokens: number;
                /**
                 * @description USD per million tokens, after tier, region and multipliers.
                 * @example 0.0025
                 */
                rate_per_million: string;
                /**
                 * @description A decimal string.
                 * @example 0.0025
                 */
                cost: string;
            } | {
                /** @enum {string} */
                kind: "input" | "cached_input" | "cache_write_5m" | "cache_write_1h" | "cache_write_30m" | "cache_write_12h" | "audio_input" | "output" | "audio_output" | "web_search" | "file_search" | "code_interpreter";
                count: number;
                /**
                 * @description USD per call.
                 * @example 0.0025
                 */
                rate: string;
                /**
                 * @description A decimal string.
                 * @example 0.0025
                 */
                cost: string;
            })[];
            /** @description What was odd about the usage or its price. */
            flags: string[];
        };
        /**
         * @example {
         *       "endpoint": "openai.chat",
         *       "model": "gpt-5-mini",
         *       "usage": {
         *         "prompt_tokens": 1200,
         *         "completion_tokens": 310
         *       },
         *       "at": "2026-11-09"
         *     }
         */
        CostRequest: {
            /** @enum {string} */
            endpoint: "openai.chat" | "openai.responses" | "anthropic.messages";
            /** @description As the provider's answer names it; an alias will do. */
            model: string;
            /**
             * @description The provider's own usage object, unchanged.
             * @example {
             *       "input_tokens": 12,
             *       "output_tokens": 5
             *     }
             */
            usage: {
                [key: string]: unknown;
            };
            /**
             * @description When the request was made; absent: now. A date is midnight UTC.
             * @example 2026-10-01
             */
            at?: string;
            /** @description As the provider's answer names it. */
            service_tier?: string | null;
            /**
             * @description The cache lifetime that the request asked for.
             * @enum {string|null}
             */
            cache_ttl?: "5m" | "1h" | "30m" | "12h" | null;
            /** @description Served on a data-residency host. */
            regional?: boolean;
            /** @description Where the usage object does not count them (OpenAI). */
            web_search_calls?: number;
            /**
             * @description Of `web_search_options`, on models whose search fee depends on it. By default medium.
             * @enum {string|null}
             */
            search_context_size?: "low" | "medium" | "high" | null;
            file_search_calls?: number;
            /** @description Containers. */
            code_interpreter_calls?: number;
        };
        Estimate: {
            /**
             * @description A decimal string.
             * @example 12.50
             */
            hold: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            targets: {
                id: string;
                /** @enum {string} */
                provider: "openai" | "anthropic";
                model: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                hold: string;
            }[];
            /** @description Null: nobody could pay now. */
            payer: {
                wallet_id: string;
                /** @enum {string} */
                scope: "seat" | "user" | "team" | "organization";
            } | null;
            affordable_output_tokens: number;
        };
        /**
         * @example {
         *       "endpoint": "openai.chat",
         *       "body": {
         *         "model": "gpt-5-mini",
         *         "max_completion_tokens": 400,
         *         "messages": [
         *           {
         *             "role": "user",
         *             "content": "Hello"
         *           }
         *         ]
         *       }
         *     }
         */
        EstimateRequest: {
            /** @enum {string} */
            endpoint: "openai.chat" | "openai.responses" | "anthropic.messages";
            /** @description The request body, as it would be sent. */
            body: {
                [key: string]: unknown;
            };
        };
        AccessPolicy: {
            id: string;
            name: string;
            /** @enum {string} */
            effect: "allow" | "deny";
            enabled: boolean;
            subjects: {
                teams: string[];
                users: string[];
                service_users: string[];
                gateways: string[];
                agents: string[];
                keys: string[];
                tags: string[];
            };
            resources: {
                providers: ("openai" | "anthropic")[];
                models: string[];
                tags: string[];
            };
            limits: components["schemas"]["PolicyLimitsShown"];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        PolicyLimitsShown: {
            max_output_tokens: number | null;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            max_cost_per_request: string | null;
            rpm: number | null;
            tpm: number | null;
        };
        /**
         * @example {
         *       "name": "Research may use small models",
         *       "effect": "allow",
         *       "subjects": {
         *         "teams": [
         *           "team_01k9m3v7x2c4d6f8h0j2k4m6n8"
         *         ]
         *       },
         *       "resources": {
         *         "models": [
         *           "gpt-5.4-mini",
         *           "claude-haiku*"
         *         ]
         *       },
         *       "limits": {
         *         "max_output_tokens": 4000,
         *         "max_cost_per_request": "0.05",
         *         "rpm": 30
         *       }
         *     }
         */
        NewAccessPolicy: {
            name: string;
            /** @enum {string} */
            effect: "allow" | "deny";
            /** @default true */
            enabled?: boolean;
            subjects?: components["schemas"]["PolicySubjects"];
            resources?: components["schemas"]["PolicyResources"];
            limits?: components["schemas"]["PolicyLimits"];
        };
        /**
         * @description Several lists must all match; an empty list means any.
         * @default {}
         */
        PolicySubjects: {
            /** @default [] */
            teams?: string[];
            /** @default [] */
            users?: string[];
            /** @default [] */
            service_users?: string[];
            /** @default [] */
            gateways?: string[];
            /** @default [] */
            agents?: string[];
            /** @default [] */
            keys?: string[];
            /**
             * @description Of the key, its owner, the team, the gateway or the agent: one in common is enough.
             * @default []
             */
            tags?: string[];
        };
        /**
         * @description Several lists must all match; an empty list means any.
         * @default {}
         */
        PolicyResources: {
            /** @default [] */
            providers?: ("openai" | "anthropic")[];
            /**
             * @description Exact names or `prefix*`. A model is reached under every name that it has.
             * @default []
             */
            models?: string[];
            /**
             * @description Of the model in the price book: one in common is enough.
             * @default []
             */
            tags?: string[];
        };
        /** @default {} */
        PolicyLimits: {
            /**
             * @description Per choice.
             * @default null
             */
            max_output_tokens?: number | null;
            /**
             * @description Of what a request can cost at most, without the buffer, in the organization's currency.
             * @default null
             * @example 12.50
             */
            max_cost_per_request?: string | number | null;
            /**
             * @description Requests that this policy allows within any sixty seconds, to each user or service user, and to each key without one.
             * @default null
             */
            rpm?: number | null;
            /**
             * @description Tokens, in and out, within any sixty seconds; as `rpm`.
             * @default null
             */
            tpm?: number | null;
        };
        /**
         * @example {
         *       "enabled": false
         *     }
         */
        AccessPolicyPatch: {
            name?: string;
            /** @enum {string} */
            effect?: "allow" | "deny";
            enabled?: boolean;
            subjects?: components["schemas"]["PolicySubjects"];
            resources?: components["schemas"]["PolicyResources"];
            limits?: components["schemas"]["PolicyLimits"];
        };
        AccessDecision: {
            /** @enum {string} */
            decision: "allow" | "deny";
            matched: {
                id: string;
                name: string;
                /** @enum {string} */
                effect: "allow" | "deny";
            }[];
            effective_limits: components["schemas"]["PolicyLimitsShown"];
            reasons: string[];
        };
        /**
         * @example {
         *       "subject": {
         *         "team_id": "team_01k9m3v7x2c4d6f8h0j2k4m6n8"
         *       },
         *       "model": "gpt-5.4",
         *       "endpoint": "openai.chat",
         *       "drafts": [
         *         {
         *           "name": "No large models",
         *           "effect": "deny",
         *           "resources": {
         *             "models": [
         *               "gpt-5.4"
         *             ]
         *           }
         *         }
         *       ]
         *     }
         */
        SimulateAccess: {
            /** @description With `key_id`: what that key would be charged to, with the other ids as its headers. */
            subject: {
                key_id?: string;
                user_id?: string;
                team_id?: string;
                service_user_id?: string;
                gateway_id?: string;
                agent_id?: string;
                /**
                 * @description Beside those that the named records have.
                 * @default []
                 */
                tags?: string[];
            };
            model: string;
            /** @enum {string} */
            endpoint: "openai.chat" | "openai.responses" | "anthropic.messages";
            /**
             * @description Policies to decide with as if they were saved; with an `id` in place of the saved one.
             * @default []
             */
            drafts?: components["schemas"]["DraftAccessPolicy"][];
        };
        DraftAccessPolicy: {
            id?: string;
            name: string;
            /** @enum {string} */
            effect: "allow" | "deny";
            /** @default true */
            enabled?: boolean;
            subjects?: components["schemas"]["PolicySubjects"];
            resources?: components["schemas"]["PolicyResources"];
            limits?: components["schemas"]["PolicyLimits"];
        };
        EffectiveBudgets: {
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            windows: components["schemas"]["BudgetWindow"][];
            /** @description The hard window with the least remaining; null: no hard budget counts it. */
            tightest: {
                policy_id: string;
                name: string;
                scope: {
                    /** @enum {string} */
                    type: "organization" | "team" | "user" | "service_user" | "agent" | "key" | "model" | "tag";
                    id: string | null;
                };
                /** @enum {string} */
                window: "hourly" | "daily" | "weekly" | "monthly";
                /** @description false: it only counts, and refuses nothing. */
                hard: boolean;
                /**
                 * @description In force now: an override's while it lasts.
                 * @example 12.50
                 */
                limit: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                used: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                held: string;
                /**
                 * @description `limit` without what is used and held; never below zero.
                 * @example 12.50
                 */
                remaining: string;
                /**
                 * @description ISO 8601, UTC.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                resets_at: string;
            } | null;
        };
        BudgetWindow: {
            policy_id: string;
            name: string;
            scope: {
                /** @enum {string} */
                type: "organization" | "team" | "user" | "service_user" | "agent" | "key" | "model" | "tag";
                id: string | null;
            };
            /** @enum {string} */
            window: "hourly" | "daily" | "weekly" | "monthly";
            /** @description false: it only counts, and refuses nothing. */
            hard: boolean;
            /**
             * @description In force now: an override's while it lasts.
             * @example 12.50
             */
            limit: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            used: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            held: string;
            /**
             * @description `limit` without what is used and held; never below zero.
             * @example 12.50
             */
            remaining: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            resets_at: string;
        };
        BudgetStandings: {
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            windows: components["schemas"]["StandingBudgetWindow"][];
        };
        StandingBudgetWindow: {
            policy_id: string;
            name: string;
            scope: {
                /** @enum {string} */
                type: "organization" | "team" | "user" | "service_user" | "agent" | "key" | "model" | "tag";
                id: string | null;
            };
            /** @enum {string} */
            window: "hourly" | "daily" | "weekly" | "monthly";
            /** @description false: it only counts, and refuses nothing. */
            hard: boolean;
            /**
             * @description In force now: an override's while it lasts.
             * @example 12.50
             */
            limit: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            used: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            held: string;
            /**
             * @description `limit` without what is used and held; never below zero.
             * @example 12.50
             */
            remaining: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            resets_at: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            starts_at: string;
            /** @description Of the limit, rounded down; of a limit of zero 100. */
            used_percent: number;
            /** @description The same of what is used and held together. */
            taken_percent: number;
            /**
             * @description What will be used when the window ends, at the pace since it began, or since the budget was made. Null: less than a twentieth of the window is over.
             * @example 12.50
             */
            projected: string | null;
            /**
             * @description When `limit` will be used at that pace; null: not before the window ends.
             * @example 2026-10-01T12:00:00.000Z
             */
            exhausts_at: string | null;
        };
        BudgetSimulation: {
            /** @enum {string} */
            decision: "allow" | "deny";
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description What was tested; null: it did not come to that.
             * @example 12.50
             */
            amount: string | null;
            windows: components["schemas"]["TestedBudgetWindow"][];
            /** @description The hard window with the least remaining; null: no hard budget counts it. */
            tightest: {
                policy_id: string;
                name: string;
                scope: {
                    /** @enum {string} */
                    type: "organization" | "team" | "user" | "service_user" | "agent" | "key" | "model" | "tag";
                    id: string | null;
                };
                /** @enum {string} */
                window: "hourly" | "daily" | "weekly" | "monthly";
                /** @description false: it only counts, and refuses nothing. */
                hard: boolean;
                /**
                 * @description In force now: an override's while it lasts.
                 * @example 12.50
                 */
                limit: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                used: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                held: string;
                /**
                 * @description `limit` without what is used and held; never below zero.
                 * @example 12.50
                 */
                remaining: string;
                /**
                 * @description ISO 8601, UTC.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                resets_at: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                requested: string;
                /** @description `used + held + requested ≤ limit`; always true for a soft budget. */
                fits: boolean;
            } | null;
            reasons: string[];
        };
        TestedBudgetWindow: {
            policy_id: string;
            name: string;
            scope: {
                /** @enum {string} */
                type: "organization" | "team" | "user" | "service_user" | "agent" | "key" | "model" | "tag";
                id: string | null;
            };
            /** @enum {string} */
            window: "hourly" | "daily" | "weekly" | "monthly";
            /** @description false: it only counts, and refuses nothing. */
            hard: boolean;
            /**
             * @description In force now: an override's while it lasts.
             * @example 12.50
             */
            limit: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            used: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            held: string;
            /**
             * @description `limit` without what is used and held; never below zero.
             * @example 12.50
             */
            remaining: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            resets_at: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            requested: string;
            /** @description `used + held + requested ≤ limit`; always true for a soft budget. */
            fits: boolean;
        };
        /**
         * @example {
         *       "subject": {
         *         "team_id": "team_01k9m3v7x2c4d6f8h0j2k4m6n8"
         *       },
         *       "model": "gpt-5.4",
         *       "endpoint": "openai.chat",
         *       "amount": "0.25",
         *       "drafts": [
         *         {
         *           "name": "Large models",
         *           "scope": {
         *             "type": "model",
         *             "id": "gpt-5.4"
         *           },
         *           "windows": {
         *             "hourly": "2.00"
         *           }
         *         }
         *       ]
         *     }
         */
        SimulateBudgets: {
            /** @description With `key_id`: what that key would be charged to, with the other ids as its headers. */
            subject: {
                key_id?: string;
                user_id?: string;
                team_id?: string;
                service_user_id?: string;
                gateway_id?: string;
                agent_id?: string;
                agent_run_id?: string;
                /**
                 * @description Beside those that the named records have.
                 * @default []
                 */
                tags?: string[];
            };
            model: string;
            /** @enum {string} */
            endpoint: "openai.chat" | "openai.responses" | "anthropic.messages";
            /**
             * @description What to test, in the organization's currency.
             * @example 0.0125
             */
            amount?: string | number;
            /** @description A request body: what it would hold is tested. */
            body?: {
                [key: string]: unknown;
            };
            /** @description What a request of so many tokens would hold is tested. */
            tokens?: {
                input: number;
                /** @description The output cap; without it what the model can give. */
                output?: number;
            };
            /**
             * @description Budgets to decide with as if they were saved; with an `id` in place of the saved one.
             * @default []
             */
            drafts?: components["schemas"]["DraftBudget"][];
        };
        DraftBudget: {
            id?: string;
            name: string;
            scope: components["schemas"]["BudgetScope"];
            windows: components["schemas"]["BudgetWindows"];
            /**
             * @description false: it only counts, and refuses nothing.
             * @default true
             */
            hard?: boolean;
            /**
             * @description Of a window's limit. People are told when what is posted reaches one: `budget.threshold_reached`.
             * @default [
             *       50,
             *       80,
             *       100
             *     ]
             */
            alert_percentages?: number[];
            override?: components["schemas"]["BudgetOverride"];
        };
        BudgetScope: {
            /** @enum {string} */
            type: "organization" | "team" | "user" | "service_user" | "agent" | "key" | "model" | "tag";
            /**
             * @description Of the team, user …; a model is an exact name or `prefix*`, a tag `name:value`. None for `organization`.
             * @default null
             */
            id?: string | null;
        };
        /** @description Limits in the organization's currency, of calendar windows in its time zone. At least one. */
        BudgetWindows: {
            /**
             * @description A decimal with at most nine decimals.
             * @example 0.0125
             */
            hourly?: string | number;
            /**
             * @description A decimal with at most nine decimals.
             * @example 0.0125
             */
            daily?: string | number;
            /**
             * @description A decimal with at most nine decimals.
             * @example 0.0125
             */
            weekly?: string | number;
            /**
             * @description A decimal with at most nine decimals.
             * @example 0.0125
             */
            monthly?: string | number;
        };
        /** @default null */
        BudgetOverride: {
            /**
             * @description In the place of every window's limit.
             * @example 0.0125
             */
            amount: string | number;
            /**
             * @description An ISO 8601 date, or a date-time with its offset.
             * @example 2026-10-01
             */
            until: string;
        } | null;
        Budget: {
            id: string;
            name: string;
            scope: {
                /** @enum {string} */
                type: "organization" | "team" | "user" | "service_user" | "agent" | "key" | "model" | "tag";
                id: string | null;
            };
            windows: {
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                hourly?: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                daily?: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                weekly?: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                monthly?: string;
            };
            hard: boolean;
            alert_percentages: number[];
            override: {
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                amount: string;
                /**
                 * @description ISO 8601, UTC.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                until: string;
            } | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "name": "Research, per month",
         *       "scope": {
         *         "type": "team",
         *         "id": "team_01k9m3v7x2c4d6f8h0j2k4m6n8"
         *       },
         *       "windows": {
         *         "daily": "25.00",
         *         "monthly": "400.00"
         *       }
         *     }
         */
        NewBudget: {
            name: string;
            scope: components["schemas"]["BudgetScope"];
            windows: components["schemas"]["BudgetWindows"];
            /**
             * @description false: it only counts, and refuses nothing.
             * @default true
             */
            hard?: boolean;
            /**
             * @description Of a window's limit. People are told when what is posted reaches one: `budget.threshold_reached`.
             * @default [
             *       50,
             *       80,
             *       100
             *     ]
             */
            alert_percentages?: number[];
            override?: components["schemas"]["BudgetOverride"];
        };
        /**
         * @example {
         *       "override": {
         *         "amount": "600.00",
         *         "until": "2026-12-24T00:00:00Z"
         *       }
         *     }
         */
        BudgetPatch: {
            name?: string;
            scope?: components["schemas"]["BudgetScope"];
            windows?: components["schemas"]["BudgetWindows"];
            hard?: boolean;
            /** @description Of a window's limit. People are told when what is posted reaches one: `budget.threshold_reached`. */
            alert_percentages?: number[];
            override?: components["schemas"]["BudgetOverride"];
        };
        OAuthClient: {
            /** @example ocl_01k9m3v7x2c4d6f8h0j2k4m6n8 */
            id: string;
            /** @description The same as `id`, by the name that the protocol has for it. */
            client_id: string;
            name: string;
            /**
             * @description `public` runs where its users can read it, and has no secret; `confidential` runs on a server.
             * @enum {string}
             */
            type: "public" | "confidential";
            redirect_uris: string[];
            /** @description The most that it may ask for. */
            scopes: ("inference" | "models:read" | "wallet:read" | "spend:read")[];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        OAuthClientWithSecret: {
            /** @example ocl_01k9m3v7x2c4d6f8h0j2k4m6n8 */
            id: string;
            /** @description The same as `id`, by the name that the protocol has for it. */
            client_id: string;
            name: string;
            /**
             * @description `public` runs where its users can read it, and has no secret; `confidential` runs on a server.
             * @enum {string}
             */
            type: "public" | "confidential";
            redirect_uris: string[];
            /** @description The most that it may ask for. */
            scopes: ("inference" | "models:read" | "wallet:read" | "spend:read")[];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /** @description Of a confidential client; shown once, never stored. */
            client_secret?: string;
        };
        /**
         * @example {
         *       "name": "Editor",
         *       "type": "public",
         *       "redirect_uris": [
         *         "https://editor.example/callback"
         *       ],
         *       "scopes": [
         *         "inference",
         *         "models:read"
         *       ]
         *     }
         */
        NewOAuthClient: {
            /** @description What users see when they are asked. */
            name: string;
            /**
             * @description `public` runs where its users can read it, and has no secret; `confidential` runs on a server.
             * @enum {string}
             */
            type: "public" | "confidential";
            redirect_uris: string[];
            /**
             * @description The most that it may ask for.
             * @default [
             *       "inference",
             *       "models:read",
             *       "wallet:read",
             *       "spend:read"
             *     ]
             */
            scopes?: ("inference" | "models:read" | "wallet:read" | "spend:read")[];
        };
        /**
         * @example {
         *       "redirect_uris": [
         *         "https://editor.example/signed-in"
         *       ]
         *     }
         */
        OAuthClientPatch: {
            name?: string;
            redirect_uris?: string[];
            /** @description The most that it may ask for. */
            scopes?: ("inference" | "models:read" | "wallet:read" | "spend:read")[];
        };
        OAuthGrant: {
            /**
             * @description What stands for a key's id wherever a request says by what it was made.
             * @example ogr_01k9m3v7x2c4d6f8h0j2k4m6n8
             */
            id: string;
            client_id: string;
            /** @description As it was when the user consented. */
            client_name: string;
            /** @description Who consented, and pays. */
            member_id: string;
            scopes: ("inference" | "models:read" | "wallet:read" | "spend:read")[];
            /**
             * @description The most that it may spend in each window; null: no cap.
             * @example 12.50
             */
            spend_cap: string | null;
            /** @enum {string|null} */
            spend_cap_window: "hourly" | "daily" | "weekly" | "monthly" | null;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description When it last got tokens, or sent a request for a model.
             * @example 2026-10-01T12:00:00.000Z
             */
            last_used_at: string;
        };
        OAuthFailure: {
            /** @example invalid_grant */
            error: string;
            error_description: string;
        };
        OAuthTokens: {
            /** @description `kt_at_…` */
            access_token: string;
            /** @enum {string} */
            token_type: "Bearer";
            /**
             * @description Seconds.
             * @example 900
             */
            expires_in: number;
            /** @description `kt_rt_…`; good once. */
            refresh_token: string;
            /** @example inference models:read */
            scope: string;
        };
        OAuthUserinfo: {
            /** @description The member's id. */
            sub: string;
            name: string;
            organization_id: string;
            client_id: string;
            scope: string;
        };
        Session: {
            user: {
                id: string;
                email: string;
                name: string;
            };
            /** @description The organization that requests without `x-keeptrusts-organization` are about, or the one that the header of this request names. Null: there is none yet. */
            organization_id: string | null;
            /** @description Oldest membership first. */
            organizations: components["schemas"]["SessionOrganization"][];
            platform_admin: boolean;
            /** @description How many organizations the person may make, ever, and how many of these are left. 0 allowed: it is off. */
            new_organizations: {
                allowed: number;
                left: number;
            };
        };
        SessionOrganization: {
            /** @example org_01k9m3v7x2c4d6f8h0j2k4m6n8 */
            id: string;
            name: string;
            /** @enum {string} */
            status: "active" | "suspended";
            /** @description The person there: the `user_id` everywhere. */
            member_id: string;
            /** @enum {string} */
            role: "owner" | "admin" | "billing_admin" | "member";
            /** @description What the role may do. */
            capabilities: ("org:admin" | "org:billing" | "org:read" | "agents:read" | "agents:write" | "team:lead" | "control_plane" | "self")[];
            teams: {
                id: string;
                name: string;
                /** @enum {string} */
                role: "member" | "lead";
            }[];
        };
        FoundedOrganization: {
            /** @example org_01k9m3v7x2c4d6f8h0j2k4m6n8 */
            id: string;
            name: string;
            /** @enum {string} */
            status: "active" | "suspended";
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            owner_email: string | null;
            /** @description Its own people may credit its wallets, declare prices of targets that the deployment pays for, and set `allow_unpriced`, `wallet_fail_mode` and `enforce_default_max_output` so that requests leave for which too little is held. */
            issues_credit: boolean;
            /** @description Of the plan: at most so many seats, and monthly credits. */
            seat_count: number;
            /**
             * @description What each seat gets on the first of the month.
             * @example 12.50
             */
            seat_monthly_credit: string;
            settings: components["schemas"]["WalletSettings"];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /** @description The person as the owner: the `user_id` everywhere. */
            member_id: string;
        };
        /**
         * @example {
         *       "name": "Acme",
         *       "currency": "EUR",
         *       "time_zone": "Europe/Berlin"
         *     }
         */
        NewOwnOrganization: {
            name: string;
            /**
             * @default USD
             * @example USD
             * @enum {string}
             */
            currency?: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /** @example Europe/Berlin */
            time_zone?: string;
        };
        Administrator: {
            user_id: string;
            email: string;
            name: string;
            /**
             * @description When the person got the role.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        /**
         * @example {
         *       "token": "…"
         *     }
         */
        PlatformClaim: {
            /** @description `PLATFORM_ADMIN_TOKEN`. */
            token: string;
        };
        /**
         * @example {
         *       "email": "grace@acme.example"
         *     }
         */
        NewAdministrator: {
            /**
             * Format: email
             * @description The verified address of an account.
             */
            email: string;
        };
        SpendLog: {
            id: string;
            request_id: string;
            /** @enum {string} */
            status: "completed" | "client_disconnected" | "upstream_error" | "refused" | "cached" | "expired";
            provider: string | null;
            model: string | null;
            requested_model: string;
            requested_provider: string | null;
            provider_target_id: string | null;
            endpoint: string;
            streamed: boolean;
            key_id: string | null;
            gateway_id: string | null;
            user_id: string | null;
            team_id: string | null;
            service_user_id: string | null;
            agent_id: string | null;
            agent_run_id: string | null;
            metadata: {
                [key: string]: string;
            };
            input_tokens: number | null;
            cached_input_tokens: number | null;
            cache_write_tokens: number | null;
            output_tokens: number | null;
            reasoning_tokens: number | null;
            total_tokens: number | null;
            currency: string;
            exchange_rate: string;
            /** @enum {string|null} */
            pricing_source: "upstream" | "config_declared" | "wallet_catalog" | null;
            /** @enum {string} */
            usage_source: "provider" | "estimated" | "none";
            wallet_id: string | null;
            wallet_scope: string | null;
            reservation_id: string | null;
            latency_ms: number | null;
            upstream_latency_ms: number | null;
            attempts: {
                target_id: string;
                provider: string;
                model: string;
                status: number | null;
                latency_ms: number;
                error: string | null;
            }[];
            flags: string[];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            input_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            cached_input_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            cache_write_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            output_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            fees_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            total_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            held_amount: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            estimated_avoided_cost: string;
        };
        /**
         * @example {
         *       "request_id": "call-1",
         *       "endpoint": "openai.chat",
         *       "provider": "openai",
         *       "model": "gpt-5-mini",
         *       "input_tokens": 1200,
         *       "output_tokens": 310,
         *       "total_cost": "0.00092"
         *     }
         */
        NewSpendLog: {
            /** @description One row per request: a repeat answers the first row. */
            request_id: string;
            /**
             * @description An ISO 8601 date, or a date-time with its offset.
             * @example 2026-10-01
             */
            created_at?: string;
            /**
             * @default completed
             * @enum {string}
             */
            status?: "completed" | "client_disconnected" | "upstream_error" | "refused" | "cached" | "expired";
            /** @default null */
            provider?: string | null;
            model: string;
            requested_model?: string;
            /** @default null */
            requested_provider?: string | null;
            /** @default null */
            provider_target_id?: string | null;
            /** @enum {string} */
            endpoint: "openai.chat" | "openai.responses" | "anthropic.messages";
            /** @default false */
            streamed?: boolean;
            /** @default null */
            user_id?: string | null;
            /** @default null */
            team_id?: string | null;
            /** @default null */
            agent_id?: string | null;
            /** @default null */
            agent_run_id?: string | null;
            /** @default {} */
            metadata?: {
                [key: string]: string;
            };
            /** @default null */
            input_tokens?: number | null;
            /** @default null */
            cached_input_tokens?: number | null;
            /** @default null */
            cache_write_tokens?: number | null;
            /** @default null */
            output_tokens?: number | null;
            /** @default null */
            reasoning_tokens?: number | null;
            /** @default null */
            total_tokens?: number | null;
            /**
             * @description A decimal with at most nine decimals.
             * @default 0
             * @example 0.0125
             */
            input_cost?: string | number;
            /**
             * @description A decimal with at most nine decimals.
             * @default 0
             * @example 0.0125
             */
            cached_input_cost?: string | number;
            /**
             * @description A decimal with at most nine decimals.
             * @default 0
             * @example 0.0125
             */
            cache_write_cost?: string | number;
            /**
             * @description A decimal with at most nine decimals.
             * @default 0
             * @example 0.0125
             */
            output_cost?: string | number;
            /**
             * @description A decimal with at most nine decimals.
             * @default 0
             * @example 0.0125
             */
            fees_cost?: string | number;
            /**
             * @description A decimal with at most nine decimals.
             * @example 0.0125
             */
            total_cost: string | number;
            /**
             * @default USD
             * @example USD
             * @enum {string}
             */
            currency?: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /** @default 1 */
            exchange_rate?: string;
            /**
             * @default null
             * @enum {string|null}
             */
            pricing_source?: "upstream" | "config_declared" | "wallet_catalog" | null;
            /**
             * @default provider
             * @enum {string}
             */
            usage_source?: "provider" | "estimated" | "none";
            /** @default null */
            latency_ms?: number | null;
            /** @default null */
            upstream_latency_ms?: number | null;
            /** @default [] */
            flags?: string[];
        };
        SpendSummary: {
            /** @description Refused ones and those from the cache too. */
            requests: number;
            refused_requests: number;
            input_tokens: number;
            cached_input_tokens: number;
            cache_write_tokens: number;
            output_tokens: number;
            reasoning_tokens: number;
            total_tokens: number;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            input_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            cached_input_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            cache_write_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            output_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            fees_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            total_cost: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            estimated_avoided_cost: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            from: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            to: string;
            time_zone: string;
            /** @enum {string} */
            group_by: "provider" | "model" | "team" | "user" | "key" | "agent" | "day" | "hour";
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /** @description In which something was spent too: ask for each. */
            other_currencies: string[];
            /** @description That cost most; null: no request was for any. */
            top_provider: string | null;
            rows: {
                /** @description Refused ones and those from the cache too. */
                requests: number;
                refused_requests: number;
                input_tokens: number;
                cached_input_tokens: number;
                cache_write_tokens: number;
                output_tokens: number;
                reasoning_tokens: number;
                total_tokens: number;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                input_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                cached_input_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                cache_write_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                output_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                fees_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                total_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                estimated_avoided_cost: string;
                /** @description An id or a name; a local date or hour. Null: without one. */
                group: string | null;
                /**
                 * @description Of a day or an hour: where it begins.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                from: string | null;
                /**
                 * @description ISO 8601, UTC.
                 * @example 2026-10-01T12:00:00.000Z
                 */
                to: string | null;
            }[];
            /** @description What `rows` leave out; null: nothing. */
            rest: {
                /** @description Refused ones and those from the cache too. */
                requests: number;
                refused_requests: number;
                input_tokens: number;
                cached_input_tokens: number;
                cache_write_tokens: number;
                output_tokens: number;
                reasoning_tokens: number;
                total_tokens: number;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                input_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                cached_input_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                cache_write_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                output_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                fees_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                total_cost: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                estimated_avoided_cost: string;
            } | null;
        };
        Event: {
            id: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description `deny`: the gateway refused the request, for whatever reason.
             * @enum {string}
             */
            decision: "allow" | "deny";
            /** @description The access policies that matched, denies first; at most 50. */
            matched: {
                id: string;
                name: string;
                /** @enum {string} */
                effect: "allow" | "deny";
            }[];
            /** @description Why it was denied: the kind of the refusal, and the name of the rule that it follows from. */
            failure: {
                kind: string;
                rule: string | null;
            } | null;
            /** @enum {string} */
            zdr_mode: "off" | "passthrough" | "strict";
            /**
             * @description `kept`, or why not: `off` by the organization's setting, `strict` zero data retention, forwarded `elsewhere`, or `unavailable`, because the ledger did not answer.
             * @enum {string}
             */
            bodies: "kept" | "off" | "strict" | "elsewhere" | "unavailable";
            /** @description Its row of the spend log, with tokens, costs and attempts. */
            log_id: string;
            /** @enum {string} */
            status: "completed" | "client_disconnected" | "upstream_error" | "refused" | "cached" | "expired";
            request_id: string;
            provider: string | null;
            model: string | null;
            requested_model: string;
            endpoint: string;
            streamed: boolean;
            key_id: string | null;
            gateway_id: string | null;
            user_id: string | null;
            team_id: string | null;
            service_user_id: string | null;
            agent_id: string | null;
            agent_run_id: string | null;
            latency_ms: number | null;
            flags: string[];
        };
        EventDetail: {
            id: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description `deny`: the gateway refused the request, for whatever reason.
             * @enum {string}
             */
            decision: "allow" | "deny";
            /** @description The access policies that matched, denies first; at most 50. */
            matched: {
                id: string;
                name: string;
                /** @enum {string} */
                effect: "allow" | "deny";
            }[];
            /** @description Why it was denied: the kind of the refusal, and the name of the rule that it follows from. */
            failure: {
                kind: string;
                rule: string | null;
            } | null;
            /** @enum {string} */
            zdr_mode: "off" | "passthrough" | "strict";
            /**
             * @description `kept`, or why not: `off` by the organization's setting, `strict` zero data retention, forwarded `elsewhere`, or `unavailable`, because the ledger did not answer.
             * @enum {string}
             */
            bodies: "kept" | "off" | "strict" | "elsewhere" | "unavailable";
            /** @description Its row of the spend log, with tokens, costs and attempts. */
            log_id: string;
            /** @enum {string} */
            status: "completed" | "client_disconnected" | "upstream_error" | "refused" | "cached" | "expired";
            request_id: string;
            provider: string | null;
            model: string | null;
            requested_model: string;
            endpoint: string;
            streamed: boolean;
            key_id: string | null;
            gateway_id: string | null;
            user_id: string | null;
            team_id: string | null;
            service_user_id: string | null;
            agent_id: string | null;
            agent_run_id: string | null;
            latency_ms: number | null;
            flags: string[];
            /** @description Null: it is not there; with `bodies` `kept`, not yet, or it could not be stored. */
            request: {
                /** @description The path of the body itself. */
                url: string;
                /** @description As it was sent. */
                total_bytes: number;
                kept_bytes: number;
                truncated: boolean;
                content_type: string | null;
                /** @description Of an answer. */
                status: number | null;
            } | null;
            /** @description Null: it is not there; with `bodies` `kept`, not yet, or it could not be stored. */
            response: {
                /** @description The path of the body itself. */
                url: string;
                /** @description As it was sent. */
                total_bytes: number;
                kept_bytes: number;
                truncated: boolean;
                content_type: string | null;
                /** @description Of an answer. */
                status: number | null;
            } | null;
        };
        Notification: {
            id: string;
            /** @enum {string} */
            type: "wallet.low_balance" | "wallet.depleted" | "budget.threshold_reached" | "budget.exhausted" | "top_up.completed" | "top_up.failed" | "payment.refunded" | "payment.disputed" | "upstream.account_error" | "ledger.overrun" | "config.deployed" | "key.expiring";
            /** @description The event's own fields: docs/webhooks.md. */
            data: {
                [key: string]: string | number | boolean | null;
            };
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            read_at: string | null;
        };
        AllRead: {
            /** @enum {number} */
            unread: 0;
        };
        Webhook: {
            id: string;
            name: string;
            url: string;
            /** @description The types of events to send; empty: all, also those that are added later. */
            events: ("wallet.low_balance" | "wallet.depleted" | "budget.threshold_reached" | "budget.exhausted" | "top_up.completed" | "top_up.failed" | "payment.refunded" | "payment.disputed" | "upstream.account_error" | "ledger.overrun" | "config.deployed" | "key.expiring")[];
            /** @description An endpoint that answers 410 is disabled. */
            enabled: boolean;
            /**
             * @description Until then events are signed with the secret from before the rotation as well.
             * @example 2026-10-01T12:00:00.000Z
             */
            previous_secret_expires_at: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        WebhookWithSecret: {
            id: string;
            name: string;
            url: string;
            /** @description The types of events to send; empty: all, also those that are added later. */
            events: ("wallet.low_balance" | "wallet.depleted" | "budget.threshold_reached" | "budget.exhausted" | "top_up.completed" | "top_up.failed" | "payment.refunded" | "payment.disputed" | "upstream.account_error" | "ledger.overrun" | "config.deployed" | "key.expiring")[];
            /** @description An endpoint that answers 410 is disabled. */
            enabled: boolean;
            /**
             * @description Until then events are signed with the secret from before the rotation as well.
             * @example 2026-10-01T12:00:00.000Z
             */
            previous_secret_expires_at: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description `whsec_…`, shown once.
             * @example whsec_bm90IGEgc2VjcmV0
             */
            secret: string;
        };
        /**
         * @example {
         *       "name": "Finance",
         *       "url": "https://hooks.acme.example/keeptrusts",
         *       "events": [
         *         "wallet.low_balance",
         *         "wallet.depleted"
         *       ]
         *     }
         */
        NewWebhook: {
            name: string;
            /**
             * @description https, public, without credentials; at most 2,048 characters.
             * @example https://hooks.acme.example/keeptrusts
             */
            url: string;
            /**
             * @description The types of events to send; empty: all, also those that are added later.
             * @default []
             */
            events?: ("wallet.low_balance" | "wallet.depleted" | "budget.threshold_reached" | "budget.exhausted" | "top_up.completed" | "top_up.failed" | "payment.refunded" | "payment.disputed" | "upstream.account_error" | "ledger.overrun" | "config.deployed" | "key.expiring")[];
            /** @default true */
            enabled?: boolean;
        };
        /**
         * @example {
         *       "enabled": false
         *     }
         */
        WebhookPatch: {
            name?: string;
            /**
             * @description https, public, without credentials; at most 2,048 characters.
             * @example https://hooks.acme.example/keeptrusts
             */
            url?: string;
            /** @description The types of events to send; empty: all, also those that are added later. */
            events?: ("wallet.low_balance" | "wallet.depleted" | "budget.threshold_reached" | "budget.exhausted" | "top_up.completed" | "top_up.failed" | "payment.refunded" | "payment.disputed" | "upstream.account_error" | "ledger.overrun" | "config.deployed" | "key.expiring")[];
            enabled?: boolean;
        };
        WebhookDelivery: {
            id: string;
            webhook_id: string;
            /** @description The header `webhook-id`; the notification's id. */
            event_id: string;
            type: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed";
            attempts: components["schemas"]["DeliveryAttempt"][];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            next_attempt_at: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
        };
        DeliveryAttempt: {
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            at: string;
            /** @description Of the endpoint's answer; null when there was none. */
            status: number | null;
            /** @description Null: delivered. `refused`, `redirect_not_followed`, `gone`, `timeout`, `unreachable`, `url_not_allowed`, `webhook_disabled`. */
            error: string | null;
            duration_ms: number;
        };
        Secret: {
            name: string;
            /** @description Of the value; null when it is shorter than 16 characters. */
            last_four: string | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * @description When its value was last put.
             * @example 2026-10-01T12:00:00.000Z
             */
            updated_at: string;
        };
        /**
         * @example {
         *       "value": "sk-0123456789abcdef"
         *     }
         */
        SecretValue: {
            /** @description The credential alone, at most 8 KiB. It is never shown again. */
            value: string;
        };
        Reconciliation: {
            organization_id: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /**
             * @description Of all wallets.
             * @example 12.50
             */
            balance: string;
            /**
             * @description A decimal string.
             * @example 12.50
             */
            held: string;
            /** @description What reservations have cost, by the ledger's copy and by the spend log. */
            spent: {
                currency: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                by_ledger: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                by_spend_log: string;
            }[];
            last_sequence: number;
            /** @description Of the newest entry in the copy. */
            copied_sequence: number;
            archived_through_sequence: number;
            unshipped_messages: number;
            first_difference: components["schemas"]["BookDifference"];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            checked_at: string;
        };
        BookDifference: {
            organization_id: string;
            /** @enum {string} */
            check: "gap" | "unbalanced_entry" | "balance_after" | "copy" | "wallet_balance" | "held" | "spend_log";
            sequence: number | null;
            /** @description A ledger account, or the reservation of a spend log row. */
            account: string | null;
            expected: string;
            found: string;
        } | null;
        /** @description The ledger's own state at one instant. */
        Books: {
            organization_id: string;
            /**
             * @example USD
             * @enum {string}
             */
            currency: "USD" | "EUR" | "GBP" | "JPY" | "AUD" | "CAD" | "CNY";
            /** @description Of the newest entry; entries are numbered from 1. */
            last_sequence: number;
            /** @description Entries up to here are in the copy alone. */
            archived_through_sequence: number;
            /** @description What each account has had in those. */
            archived: {
                account: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                sum: string;
                last_sequence: number;
            }[];
            wallets: {
                id: string;
                /** @enum {string} */
                scope: "seat" | "user" | "team" | "organization";
                owner_id: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                balance: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                held: string;
                /**
                 * @description The sum of what open reservations hold in it.
                 * @example 12.50
                 */
                open_holds: string;
            }[];
            /** @description Written, and not known to be in the copy. */
            unshipped_messages: number;
        };
        LedgerEntry: {
            id: string;
            sequence: number;
            /** @example settle */
            type: string;
            currency: string;
            reservation_id: string | null;
            request_id: string | null;
            actor: string;
            note: string | null;
            flags: string[];
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /** @description They sum to zero. */
            lines: {
                line: number;
                /** @description `wallet:<id>`, `external`, `usage` or `suspended`. */
                account: string;
                /**
                 * @description Into the account is positive.
                 * @example 12.50
                 */
                amount: string;
                /**
                 * @description A decimal string.
                 * @example 12.50
                 */
                balance_after: string | null;
            }[];
        };
        AuditRecord: {
            /** @description Whose chain; `platform` for prices, exchange rates and platform administrators. */
            organization_id: string;
            /** @description 1, 2, 3 … without a gap. */
            sequence: number;
            /**
             * @description When it was done. Money is recorded a moment later.
             * @example 2026-10-01T12:00:00.000Z
             */
            created_at: string;
            /** @description `key_…`; `mem_…`, the member whose session it was or who consented to an application; `platform_admin`; `unknown`, somebody who only named the member's address; else the id of who is signed in. */
            actor: string;
            /** @example key.create */
            action: string;
            /** @example key */
            object_type: string;
            object_id: string;
            /** @description The `x-request-id` of the answer; null for money. */
            request_id: string | null;
            /** @description The ledger entry or the delivery that is recorded. */
            source_id: string | null;
            /** @description What was changed or deleted, as it was; null: there was nothing. */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description As it is since; null: it is gone. */
            after: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Of the record before; 64 zeros before the first.
             * @example 9f86d081884c7d65…
             */
            previous_hash: string;
            /**
             * @description SHA-256, lower-case hex.
             * @example 9f86d081884c7d65…
             */
            hash: string;
        };
        AuditVerification: {
            organization_id: string;
            valid: boolean;
            /** @description The first record that is wrong. */
            first_fault: {
                sequence: number;
                /**
                 * @description `gap`: a record is missing or out of place; `previous_hash`: it does not follow the one before; `hash`: its content was changed; `head`, `anchor`: the record that you, or the organization's object, have seen there is not there any more.
                 * @enum {string}
                 */
                check: "gap" | "previous_hash" | "hash" | "head" | "anchor";
            } | null;
            checked_after_sequence: number;
            checked_through_sequence: number;
            /** @description There is more: ask again with this `after_sequence`. Null: all was checked. */
            next_after_sequence: number | null;
            /** @description Heads that the organization's object has seen, and that were compared. Null: it has none or did not answer. */
            anchors_checked: number | null;
            /** @description The newest record. Keep it: it proves later that nothing before it was changed. */
            head: {
                sequence: number;
                /**
                 * @description SHA-256, lower-case hex.
                 * @example 9f86d081884c7d65…
                 */
                hash: string;
            } | null;
            /**
             * @description ISO 8601, UTC.
             * @example 2026-10-01T12:00:00.000Z
             */
            checked_at: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
