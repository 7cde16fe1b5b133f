# One image for web, worker and beat; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.txt .
RUN pip install -r requirements.txt

COPY . .
RUN useradd --system --uid 10001 --no-create-home epo \
    && mkdir /data \
    && DATA_DIR=/data python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /data/* \
    && chown epo /data

USER epo
ENV DATA_DIR=/data
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "epo.wsgi:application", "--preload", "--bind", "0.0.0.0:8000", "--worker-class", "epo.launcher.reception.Reception", \
     "--workers", "2", "--threads", "8", "--timeout", "120", "--no-control-socket", "--log-level", "warning"]
