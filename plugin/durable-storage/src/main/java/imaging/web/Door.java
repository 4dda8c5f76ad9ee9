package imaging.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import imaging.health.Health;
import imaging.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Metrics and health on a port of their own: the gateway forwards nothing to it, and a Jetty whose
 * threads are all busy doesn't make the pod look dead.
 */
public final class Door implements AutoCloseable {
    private static final int THREADS = 4;

    private final HttpServer server;
    private final ExecutorService threads;

    /** Opens the door; 0 takes any free port. */
    public Door(String host, int port, Metrics metrics, Health live, Health ready)
            throws IOException {
        InetSocketAddress address = host.isEmpty()
                ? new InetSocketAddress(port)
                : new InetSocketAddress(InetAddress.getByName(host), port);
        server = HttpServer.create(address, 0);
        threads = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "imaging-door");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/metrics", exchange -> {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            metrics.writeTo(body);
            answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", body.toByteArray());
        });
        server.createContext("/health/live", exchange -> answer(exchange, live));
        server.createContext("/health/ready", exchange -> answer(exchange, ready));
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, Health health) throws IOException {
        Map<String, String> complaints = health.complaints();
        StringBuilder text = new StringBuilder();
        complaints.forEach((name, sentence) ->
                text.append(name).append(": ").append(sentence).append('\n'));
        byte[] body = (complaints.isEmpty() ? "well\n" : text.toString())
                .getBytes(StandardCharsets.UTF_8);
        answer(exchange, complaints.isEmpty() ? 200 : 503, "text/plain; charset=utf-8", body);
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
