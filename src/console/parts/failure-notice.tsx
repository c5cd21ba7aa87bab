/** An error in its place: what happened, what to do, and what support needs to know. */
import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { adviceFor, ApiFailure } from "../api/failure.ts";

interface FailureNoticeProps {
  readonly error: Error;
  readonly onRetry?: () => void;
}

export function FailureNotice({ error, onRetry }: FailureNoticeProps) {
  const requestId = error instanceof ApiFailure ? error.requestId : null;
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />} title={error.message}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{adviceFor(error)}</Text>
        {requestId === null ? null : (
          <Text size="sm">
            Request <Code>{requestId}</Code>
          </Text>
        )}
        {onRetry === undefined ? null : (
          <Group>
            <Button size="xs" variant="default" onClick={onRetry}>
              Try again
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
