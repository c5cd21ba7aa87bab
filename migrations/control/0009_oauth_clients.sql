CREATE TABLE `oauth_clients` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`redirect_uris_json` text NOT NULL,
	`scopes_json` text NOT NULL,
	`secret_sha256` text,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "oauth_clients_type" CHECK("oauth_clients"."type" IN ('public', 'confidential')),
	CONSTRAINT "oauth_clients_secret" CHECK(("oauth_clients"."type" = 'confidential') = ("oauth_clients"."secret_sha256" IS NOT NULL))
) STRICT;
--> statement-breakpoint
CREATE INDEX `oauth_clients_by_organization` ON `oauth_clients` (`organization_id`,`id`);