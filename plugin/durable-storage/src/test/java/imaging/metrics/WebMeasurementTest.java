package imaging.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.server.handler.HandlerList;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a running Jetty of Dicoogle's version, set up as Dicoogle sets it up. */
class WebMeasurementTest {
    private final Metrics metrics = new Metrics();
    private final ContextHandlerCollection contexts = new ContextHandlerCollection();
    private final WebMeasurement measurement = new WebMeasurement(metrics);
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        contexts.setHandlers(new Handler[] {
            servlet("/search", 0), servlet("/dump", 404), servlet("/dic2png", -1), slow()});
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(contexts);
        server.start();
        HandlerList handlers = new HandlerList();
        handlers.setHandlers(new Handler[] {measurement});
        contexts.addHandler(handlers);
        if (!measurement.isStarted()) {
            handlers.start();
        }
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private static ServletContextHandler context(String path, HttpServlet servlet) {
        ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
        context.setContextPath("/");
        context.addServlet(new ServletHolder(servlet), path);
        return context;
    }

    /** Answers with a status; 0 leaves it alone, a negative one throws. */
    private static ServletContextHandler servlet(String path, int status) {
        return context(path, new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response)
                    throws IOException {
                if (status < 0) {
                    throw new IOException("as asked");
                }
                if (status > 0) {
                    response.setStatus(status);
                }
                response.getOutputStream().write(new byte[1000]);
            }
        });
    }

    private ServletContextHandler slow() {
        return context("/legacy/*", new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response)
                    throws IOException {
                arrived.countDown();
                try {
                    released.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
        });
    }

    private int get(String path) throws IOException {
        URL url = new URL("http://127.0.0.1:" + connector.getLocalPort() + path);
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        int status = connection.getResponseCode();
        connection.disconnect();
        return status;
    }

    private String scraped() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        metrics.writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** A request ends for its sender a moment before it ends for the filter. */
    private void awaitMetric(String line) throws Exception {
        for (int i = 0; i < 200 && !scraped().contains(line); i++) {
            Thread.sleep(25);
        }
        assertTrue(scraped().contains(line), () -> line + " isn't in what was scraped");
    }

    @Test
    void countsTimeStatusAndBytesOfAnEndpointThatWasThereBefore() throws Exception {
        assertEquals(200, get("/search?query=PatientName:SECRET"));
        String prefix = "imaging_dicoogle_http_";
        awaitMetric(prefix + "requests_total{endpoint=\"search\",status=\"2xx\"} 1.0");
        awaitMetric(prefix + "response_bytes_total{endpoint=\"search\"} 1000.0");
        awaitMetric(prefix + "request_duration_seconds_count{endpoint=\"search\"} 1");
        awaitMetric(prefix + "requests_in_flight 0.0");
        assertTrue(!scraped().contains("SECRET"));
    }

    @Test
    void countsFailures() throws Exception {
        get("/dump");
        get("/dic2png");
        awaitMetric("requests_total{endpoint=\"dump\",status=\"4xx\"} 1.0");
        awaitMetric("requests_total{endpoint=\"image\",status=\"5xx\"} 1.0");
    }

    @Test
    void measuresAContextThatCameLater() throws Exception {
        ServletContextHandler late = servlet("/export", 0);
        contexts.addHandler(late);
        late.start();
        measurement.measureAll();
        measurement.measureAll();
        assertEquals(200, get("/export"));
        awaitMetric("requests_total{endpoint=\"export\",status=\"2xx\"} 1.0");
    }

    @Test
    void showsWhatIsInFlight() throws Exception {
        Thread request = new Thread(() -> {
            try {
                get("/legacy/file?uid=1");
            } catch (IOException stopped) {
                throw new IllegalStateException(stopped);
            }
        });
        request.start();
        arrived.await();
        awaitMetric("requests_in_flight 1.0");
        released.countDown();
        request.join();
        awaitMetric("requests_in_flight 0.0");
        awaitMetric("requests_total{endpoint=\"retrieve\",status=\"2xx\"} 1.0");
    }
}
