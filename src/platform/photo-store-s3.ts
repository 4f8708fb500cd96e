import { hash } from 'node:crypto';
import type { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { checkedKey, type PhotoStore, StorageFull } from './photo-store.ts';

export type S3Settings = {
  bucket: string;
  region: string;
  /** For a server that speaks S3 and is not Amazon's. */
  endpoint: string | undefined;
  /** Without them the SDK looks where it always does: its environment, its profile, the machine's role. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
};

/** A bucket, used as a folder. It must be private; every object in it is encrypted by us before it is sent. */
export function openS3PhotoStore(settings: S3Settings): PhotoStore {
  type Sdk = typeof import('@aws-sdk/client-s3');
  let opened: Promise<{ sdk: Sdk; client: S3Client }> | undefined;
  // The SDK is large, and a school that keeps its photos on disk never needs it.
  const open = () => (opened ??= import('@aws-sdk/client-s3').then(sdk => ({ sdk, client: plainPath(new sdk.S3Client(clientOptions(settings)), settings) })));
  const Bucket = settings.bucket;
  return {
    async put(key, content) {
      const { sdk, client } = await open();
      const Key = checkedKey(key);
      const answer = await client
        .send(new sdk.PutObjectCommand({ Bucket, Key, Body: content, ContentLength: content.length, ContentType: 'application/octet-stream' }))
        .catch((error: S3ServiceException) => {
          throw error.$metadata?.httpStatusCode === 507 || error.name === 'XMinioStorageFull'
            ? new StorageFull('the photo store is full', { cause: error })
            : error;
        });
      // Some servers have stored other bytes than were sent, without a word. For a plain put the tag is the MD5 of what arrived.
      const tag = answer.ETag?.replaceAll('"', '') ?? '';
      if (/^[0-9a-f]{32}$/.test(tag) && answer.ServerSideEncryption === undefined && tag !== hash('md5', content)) {
        throw new Error('the photo store kept other bytes than were sent');
      }
    },
    async get(key) {
      const { sdk, client } = await open();
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: checkedKey(key) }));
        return Buffer.from(await Body!.transformToByteArray());
      } catch (error) {
        if (error instanceof sdk.NoSuchKey || (error as S3ServiceException).$metadata?.httpStatusCode === 404) return undefined;
        throw error;
      }
    },
    async delete(key) {
      const { sdk, client } = await open();
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: checkedKey(key) }));
    },
    async *list() {
      const { sdk, client } = await open();
      for (let after: string | undefined; ;) {
        const answer = await client.send(new sdk.ListObjectsV2Command({ Bucket, ...(after === undefined ? {} : { ContinuationToken: after }) }));
        for (const found of answer.Contents ?? []) yield { key: found.Key!, modifiedAt: found.LastModified! };
        if (!answer.IsTruncated) return;
        after = answer.NextContinuationToken;
      }
    },
  };
}

const clientOptions = ({ region, endpoint, credentials }: S3Settings) => ({
  region,
  ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  ...(credentials === undefined ? {} : { credentials }),
  // Newer checksums are streamed in a way that servers of others misread.
  requestChecksumCalculation: 'WHEN_REQUIRED' as const,
  responseChecksumValidation: 'WHEN_REQUIRED' as const,
  maxAttempts: 3,
});

/** Of a bucket in a path, some servers check the signature without the slash behind it. Every server answers both. */
function plainPath(client: S3Client, { bucket, endpoint }: S3Settings): S3Client {
  if (endpoint === undefined) return client;
  client.middlewareStack.add(
    next => args => {
      const request = args.request as { path: string };
      if (request.path === `/${bucket}/`) request.path = `/${bucket}`;
      return next(args);
    },
    { step: 'build', name: 'plainPath' },
  );
  return client;
}
