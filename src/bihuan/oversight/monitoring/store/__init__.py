"""The records of the devices: written by COPY and made durable before anything is acknowledged, read hot and
cold through one function, packed into Parquet day by day."""
