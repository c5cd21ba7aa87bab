ALTER TABLE `organizations` ADD `issues_credit` integer DEFAULT true NOT NULL;--> statement-breakpoint
UPDATE `organizations` SET `issues_credit` = false WHERE `id` IN (SELECT `organization_id` FROM `founded_organizations`);
