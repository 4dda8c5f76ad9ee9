package imaging.metrics;

import imaging.store.Refusal;
import imaging.store.Stored;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.DoubleSupplier;

/**
 * What the plugin counts. Labels come from closed sets alone: endpoint classes, status classes,
 * reasons, outcomes. So no patient, no path and no peer can get into one.
 */
public final class Metrics {
    /** Seconds. */
    private static final double[] BOUNDS = {
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.8, 1, 2.5, 5, 10, 30, 60
    };
    private static final String PREFIX = "imaging_dicoogle_";

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Gauge inFlight = gauge("http_requests_in_flight", "HTTP requests being answered");
    private final Histogram requestSeconds =
            histogram("http_request_duration_seconds", "Until an answer's last byte", "endpoint");
    private final Counter requests =
            counter("http_requests", "HTTP requests answered", "endpoint", "status");
    private final Counter responseBytes =
            counter("http_response_bytes", "Bytes of the answers' bodies", "endpoint");
    private final Counter stored =
            counter("objects_stored", "Objects whose senders heard Success", "outcome");
    private final Counter refused =
            counter("objects_refused", "Objects whose senders heard a failure", "reason");
    private final Histogram storeSeconds =
            histogram("store_duration_seconds", "Until an object lasts", new String[0]);

    public Metrics() {
        JvmMetrics.builder().register(registry);
        for (Stored.Outcome outcome : Stored.Outcome.values()) {
            stored.initLabelValues(outcome.label());
        }
        for (Refusal.Reason reason : Refusal.Reason.values()) {
            refused.initLabelValues(reason.label());
        }
    }

    /** Shows a value that is asked for at each scrape; NaN where there is none. */
    public void show(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    void requestBegan() {
        inFlight.inc();
    }

    void requestEnded(Endpoint endpoint, int status, long bytes, double seconds) {
        inFlight.dec();
        requests.labelValues(endpoint.label(), status / 100 + "xx").inc();
        responseBytes.labelValues(endpoint.label()).inc(Math.max(0, bytes));
        requestSeconds.labelValues(endpoint.label()).observe(seconds);
    }

    public void objectStored(Stored.Outcome outcome, double seconds) {
        stored.labelValues(outcome.label()).inc();
        storeSeconds.observe(seconds);
    }

    public void objectRefused(Refusal.Reason reason) {
        refused.labelValues(reason.label()).inc();
    }

    /** Writes all of it in Prometheus's text format. */
    public void writeTo(OutputStream out) throws IOException {
        PrometheusTextFormatWriter.create().write(out, registry.scrape());
    }

    private Gauge gauge(String name, String help) {
        return Gauge.builder().name(PREFIX + name).help(help).register(registry);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(labels)
                .register(registry);
    }

    private Histogram histogram(String name, String help, String... labels) {
        return Histogram.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(BOUNDS)
                .register(registry);
    }
}
