import type { Response } from 'express';

/** Errors in Hydra's shape. */
export function sendHydraError(res: Response, status: number, error: string, description = error): void {
  res.status(status).json({ error, error_description: description, status_code: status });
}

/** Errors in the shape of Kratos and Keto. */
export function sendKratosError(res: Response, status: number, message: string): void {
  res.status(status).json({ error: { code: status, message } });
}
