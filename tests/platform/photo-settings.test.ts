import { expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { defaultThresholds, versionOf } from '../../src/platform/photo/thresholds.ts';

const problemsOf = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
};

it('any threshold is replaced by itself, and the release says so', () => {
  const { photoThresholds } = readConfig({ PARLEY_PHOTO_THRESHOLDS: '{"sharpnessLeast": 8}' });
  expect(photoThresholds).toEqual({ ...defaultThresholds, sharpnessLeast: 8 });
  expect(versionOf(photoThresholds)).not.toBe(versionOf(defaultThresholds));
  expect(versionOf(readConfig({}).photoThresholds)).toBe(versionOf(defaultThresholds));
});

it('a threshold that does not exist, or is no number, keeps the program from starting', () => {
  for (const wrong of ['{"sharpness": 8}', '{"sharpnessLeast": "8"}', '{"faceScore": 2}', 'eight']) {
    expect([wrong, problemsOf({ PARLEY_PHOTO_THRESHOLDS: wrong })]).toEqual([wrong, expect.stringContaining('PARLEY_PHOTO_THRESHOLDS: must be JSON')]);
  }
});

it('photos lie in the data folder unless a folder or a bucket is named', () => {
  expect(readConfig({ PARLEY_DATA_DIR: '/srv/parley' })).toMatchObject({ photoDir: '/srv/parley/photos', photoBucket: undefined });
  expect(readConfig({ PARLEY_PHOTO_DIR: '/srv/photos' }).photoDir).toBe('/srv/photos');
  const keys = { PARLEY_PHOTO_S3_ACCESS_KEY_ID: 'id', PARLEY_PHOTO_S3_SECRET_ACCESS_KEY: 'secret' };
  expect(readConfig({ PARLEY_PHOTO_S3_BUCKET: 'photos', PARLEY_PHOTO_S3_ENDPOINT: 'http://127.0.0.1:9000', ...keys }).photoBucket).toEqual({
    bucket: 'photos',
    region: 'eu-west-2',
    endpoint: 'http://127.0.0.1:9000',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });
  expect(problemsOf({ PARLEY_PHOTO_S3_BUCKET: 'photos', PARLEY_PHOTO_S3_ACCESS_KEY_ID: 'id' })).toContain('set both, or neither');
});
