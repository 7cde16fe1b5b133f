# One image for web, worker and beat; docker-compose.yml says which command each runs.

# 1. The environment: what needs a compiler or pip stays behind here.
FROM python:3.11-slim-bookworm AS environment
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install -r requirements.txt

# 2. Static files, compressed and with their hashes.
FROM python:3.11-slim-bookworm AS static
COPY --from=environment /opt/venv /opt/venv
WORKDIR /app
COPY . .
RUN DATA_DIR=/tmp/data STATIC_ROOT=/srv/static ENV_FILE= /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0

# 3. What runs. Backups of PostgreSQL need its programs in the server's version, which Debian does not have.
FROM python:3.11-slim-bookworm
ARG POSTGRES=16
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-${POSTGRES} \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home epo \
    && mkdir /data /backups \
    && chown epo /data /backups
COPY --from=environment /opt/venv /opt/venv
COPY --from=static /srv/static /srv/static
WORKDIR /app
COPY . .

USER epo
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data STATIC_ROOT=/srv/static ENV_FILE= LOG_FORMAT=json
VOLUME ["/data", "/backups"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8000/healthz', timeout=4)"]
CMD ["python", "-m", "gunicorn", "epo.wsgi:application", "--preload", "--bind", "0.0.0.0:8000", \
     "--worker-class", "epo.launcher.reception.Reception", "--workers", "2", "--threads", "8", \
     "--timeout", "120", "--graceful-timeout", "8", "--no-control-socket", "--log-level", "warning"]
