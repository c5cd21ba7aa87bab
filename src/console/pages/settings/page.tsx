/** Settings of the organization that are not about money. */
import { Alert, Paper, Stack, Text, Title } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Wire } from "../../api/client.ts";
import { organizationQuery } from "../../api/organization-settings.ts";
import { useMay, useOrganization, useSession } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";
import { DataForm } from "./data-form.tsx";
import { DaysForm } from "./days-form.tsx";
import { NameForm } from "./name-form.tsx";
import { RateLimitsForm } from "./rate-limits-form.tsx";
import { SelfServiceForm } from "./self-service-form.tsx";

export function SettingsPage() {
  return (
    <Needs capability="org:read" title="Settings">
      <Stack gap="lg">
        <PageHeader
          title="Settings"
          lead="Of the organization: its days, its data, and what members may do themselves."
        />
        <Settings />
      </Stack>
    </Needs>
  );
}

function Settings() {
  const organization = useQuery(organizationQuery);
  return <Answer query={organization}>{(data) => <Sections organization={data} />}</Answer>;
}

function Sections({ organization }: { readonly organization: Wire<"Organization"> }) {
  const { settings } = organization;
  const mayAdmin = useMay("org:admin");
  const mayBill = useMay("org:billing");
  const role = useOrganization()?.role;
  // A form begins with what is stored; after a change of another one it begins anew.
  const version = JSON.stringify(settings);
  return (
    <>
      {mayAdmin && mayBill ? null : (
        <Alert color="blue" icon={<IconInfoCircle aria-hidden />} title="Not everything is yours to change">
          The name and members&apos; keys need org:admin, all else org:billing. Your role is {role}.
        </Alert>
      )}
      <Card title="Organization">
        <NameForm key={organization.name} name={organization.name} isEditable={mayAdmin} />
        <Facts
          rows={[
            ["Id", <Copy key="id" what="organization id" text={organization.id} />],
            ["Currency", settings.currency],
            ["Owner", organization.owner_email ?? "–"],
            ["Since", <Time key="since" at={organization.created_at} />],
          ]}
        />
      </Card>
      <Card title="Days and weeks" lead="Budgets, seats and sums go by the days of this time zone.">
        <DaysForm key={version} settings={settings} isEditable={mayBill} />
      </Card>
      <Card title="Data" lead="What is kept of requests and answers, and for how long.">
        <DataForm key={version} settings={settings} isEditable={mayBill} />
      </Card>
      <Card
        title="Rate limits"
        lead="For everybody; keys, members, service users and teams can have others of their own."
      >
        <RateLimitsForm key={version} settings={settings} isEditable={mayBill} />
      </Card>
      <Card title="Self-service" lead="What members may do without an administrator.">
        <SelfServiceForm key={version} settings={settings} mayAdmin={mayAdmin} isEditable={mayBill} />
      </Card>
      <PlatformHint />
    </>
  );
}

function PlatformHint() {
  const { platform_admin: isAdministrator } = useSession();
  if (isAdministrator) return null;
  return (
    <Text size="sm" c="dimmed">
      You run this gateway?{" "}
      <PageLink to="/platform/claim" underline="always">
        Claim the platform role
      </PageLink>{" "}
      with its token.
    </Text>
  );
}

interface CardProps {
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
}

function Card({ title, lead, children }: CardProps) {
  return (
    <Paper withBorder p="lg" maw={760} component="section" aria-label={title}>
      <Stack>
        <div>
          <Title order={2} size="h4">
            {title}
          </Title>
          {lead === undefined ? null : (
            <Text size="sm" c="dimmed">
              {lead}
            </Text>
          )}
        </div>
        {children}
      </Stack>
    </Paper>
  );
}
