# The release after IMAGE: the same code with one more migration, to be rolled out beside the one before.
ARG IMAGE
FROM ${IMAGE}
COPY 9000_next.sql /app/service/migrations/
