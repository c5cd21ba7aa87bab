CREATE TABLE `gateway_configs` (
	`gateway_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`version` integer NOT NULL,
	`pack_name` text,
	`pack_version` text,
	`rolled_back_from` integer,
	`event_retention_days` integer,
	`actor` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`yaml` text,
	PRIMARY KEY(`gateway_id`, `version`),
	FOREIGN KEY (`gateway_id`) REFERENCES `gateways`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "gateway_configs_version" CHECK("gateway_configs"."version" > 0),
	CONSTRAINT "gateway_configs_yaml" CHECK(length(CAST("gateway_configs"."yaml" AS BLOB)) <= 262144)
) STRICT;
--> statement-breakpoint
CREATE INDEX `gateway_configs_by_organization` ON `gateway_configs` (`organization_id`,`gateway_id`,`version`);